import type { ReportDefinition } from './definition.js';
import { performanceReport } from './item-performance/definition.js';
import { PRODUCT } from './item-performance/grain.js';

/** The report `product-performance`: the same as `brand-performance` for each product. */
export const productPerformance: ReportDefinition = performanceReport(PRODUCT, 'Which products do best?');
