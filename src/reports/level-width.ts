import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { ParameterValues } from './parameters.js';

/**
 * `--level-width`: into how wide levels discounts are rounded, in hundredths of a percentage point; null for levels as stored.
 * Throws a DiagnosticError (usage) for a width that is none.
 */
export function readWidth(report: string, values: ParameterValues): bigint | null {
  const text = values.text('level-width');
  if (text === undefined) return null;
  const [whole = '', fraction = ''] = text.split('.');
  const kept = fraction.replace(/0+$/, '');
  const width = BigInt(whole) * 100n + BigInt(kept.slice(0, 2).padEnd(2, '0'));
  if (kept.length <= 2 && width > 0n && width <= 10_000n) return width;
  const message = `--level-width cannot be "${text}".`;
  const help = 'It takes percentage points from 0.01 to 100 with at most two decimals.';
  const next = `pharmabi report ${report} --help`;
  throw new DiagnosticError([{ code: 'report-parameter', severity: 'error', message, help, next }], EXIT.usage);
}

/** SQL over a discount `x` in hundredths of a percentage point: rounded half away from zero to a multiple of the width. */
export function levelSql(width: bigint | null): string {
  if (width === null) return 'x';
  // In integers; BIGINT, because twice the largest discount is no INTEGER.
  return `CAST(sign(x) * ((2 * abs(CAST(x AS BIGINT)) + ${width}) // (2 * ${width})) * ${width} AS INTEGER)`;
}
