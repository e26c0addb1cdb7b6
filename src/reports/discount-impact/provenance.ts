import type { ProvenanceEntry } from '../report.js';
import { rulesText } from '../small-numbers.js';
import { ratio } from '../statistics/exact.js';
import { decimals, percentText } from '../words.js';
import type { Findings } from './findings.js';
import type { ShownCounts } from './hiding.js';

function printed(counts: ShownCounts): Record<string, number | string> {
  return Object.fromEntries(Object.entries(counts).map(([name, orders]) => [name, orders ?? '*']));
}

/** The lines of the provenance block that this report adds. */
export function impactProvenance(findings: Findings): ProvenanceEntry[] {
  const { options } = findings;
  const width = options.width === null ? 'as stored' : String(Number(decimals(ratio(options.width, 100n)!, 2)));
  return [
    { name: 'counted statuses', value: options.statuses },
    { name: 'counted orders', value: findings.orders ?? '*' },
    { name: 'excluded orders', value: printed(findings.excluded) },
    { name: 'discount rests on', value: printed(findings.basis) },
    { name: 'amount', value: options.amount },
    { name: 'stored against computed amounts', value: 'not computed: order lines are not in this pipeline' },
    { name: 'level width', value: width },
    { name: 'confidence', value: percentText(options.confidence) },
    { name: 'interval', value: options.interval },
    { name: 'enough', value: `${options.minOrders} orders, ${options.minPatients} patients` },
    { name: 'small numbers', value: rulesText(options.small) },
    { name: 'hidden cells', value: findings.hiddenCells },
  ];
}
