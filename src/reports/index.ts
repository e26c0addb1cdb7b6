import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import { brandPerformance } from './brand-performance.js';
import type { ReportDefinition } from './definition.js';
import { discountHistory } from './discount-history.js';
import { discountImpact } from './discount-impact.js';
import { discountSweetSpot } from './discount-sweet-spot.js';
import { practitionerBrand } from './practitioner-brand.js';
import { practitionerType } from './practitioner-type/index.js';
import { prescriptionFill } from './prescription-fill/index.js';
import { productPerformance } from './product-performance.js';
import { repeatOrders } from './repeat-orders/index.js';
import { salesTrend } from './sales-trend/index.js';
import { siteChange } from './site-change/index.js';

/** All reports, sorted by id. */
export const REPORTS: readonly ReportDefinition[] = [
  brandPerformance,
  discountHistory,
  discountImpact,
  discountSweetSpot,
  practitionerBrand,
  practitionerType,
  prescriptionFill,
  productPerformance,
  repeatOrders,
  salesTrend,
  siteChange,
];

/** The report of this id; throws a DiagnosticError (usage) that names the nearest one. */
export function findReport(id: string): ReportDefinition {
  const found = REPORTS.find((report) => report.id === id);
  if (found !== undefined) return found;
  const ids = REPORTS.map((report) => report.id);
  const near = suggest(id, ids);
  const problem: Diagnostic = {
    code: 'unknown-report',
    severity: 'error',
    message: `There is no report "${id}".`,
    help: near === undefined ? `Reports: ${ids.join(', ')}.` : `Did you mean ${near}?`,
    next: 'pharmabi reports',
  };
  throw new DiagnosticError([problem], EXIT.usage);
}
