import type { Chart } from '../reports/report.js';
import type { Axis } from './axis.js';
import { numberText } from './cell.js';

/** A tick of an axis: no decimals that every tick of its step has as zeros. */
export function tickText(tick: number, chart: Pick<Chart, 'unit'>, axis: Axis): string {
  const text = numberText(tick, chart.unit, 'people');
  if (chart.unit === 'share' && Number.isInteger(Number((axis.step * 100).toPrecision(12))))
    return text.replace('.00', '');
  return chart.unit !== 'share' && Number.isInteger(axis.step) ? text.replace(/\.0+$/, '') : text;
}
