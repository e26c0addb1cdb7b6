import { printedCounts } from '../../disclosure/shown-counts.js';
import { rulesText } from '../../disclosure/small-numbers.js';
import { ratio } from '../../statistics/exact.js';
import type { ProvenanceEntry } from '../report.js';
import { decimals, percentText } from '../words.js';
import type { Findings } from './findings.js';
import { withoutLines } from './notes.js';

/** The lines of the provenance block that this report adds. */
export function impactProvenance(findings: Findings): ProvenanceEntry[] {
  const { options } = findings;
  const width = options.width === null ? 'as stored' : String(Number(decimals(ratio(options.width, 100n)!, 2)));
  return [
    { name: 'counted statuses', value: options.statuses },
    { name: 'counted orders', value: findings.orders ?? '*' },
    { name: 'excluded orders', value: printedCounts(findings.excluded) },
    { name: 'discount rests on', value: printedCounts(findings.basis) },
    { name: 'amount', value: options.amount },
    {
      name: 'before discount by',
      value: findings.gross === null ? 'net / (1 - discount/100)' : printedCounts(findings.gross.basis),
    },
    {
      name: 'stored against computed amounts',
      value: findings.gross === null ? `not computed: ${withoutLines(findings)}` : printedCounts(findings.gross.stored),
    },
    { name: 'level width', value: width },
    { name: 'confidence', value: percentText(options.confidence) },
    { name: 'interval', value: options.interval },
    { name: 'enough', value: `${options.minOrders} orders, ${options.minPatients} patients` },
    { name: 'small numbers', value: rulesText(options.small) },
    { name: 'hidden cells', value: findings.hiddenCells },
  ];
}
