import type { ReportDefinition } from './definition.js';
import { performanceReport } from './item-performance/definition.js';
import { BRAND } from './item-performance/grain.js';

/** The report `brand-performance`: revenue, patients and repeat rate of each brand, and how much of the revenue few of them make. */
export const brandPerformance: ReportDefinition = performanceReport(BRAND, 'Which brands do best?');
