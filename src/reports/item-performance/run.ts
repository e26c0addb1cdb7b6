import { printedCounts, shownCounts } from '../../disclosure/shown-counts.js';
import { rulesText } from '../../disclosure/small-numbers.js';
import type { ReportContext } from '../definition.js';
import type { Made } from '../kit.js';
import type { ProvenanceEntry } from '../report.js';
import { percentText } from '../words.js';
import { type Facts, readFacts } from './facts.js';
import type { Grain } from './grain.js';
import { hideItems } from './hiding.js';
import { readItems } from './items.js';
import { dropLines, prepareLines, reachesBack } from './lines.js';
import { notesOf } from './notes.js';
import type { Options } from './options.js';
import { rank } from './ranking.js';
import { type Findings, tell } from './summary.js';
import { chartsOf, itemTable } from './tables.js';

function provenanceOf({ options, facts, totalsShown }: Findings, hiddenCells: number): ProvenanceEntry[] {
  const print = (counts: Facts['basis']) => printedCounts(shownCounts(counts, options.small));
  return [
    { name: 'counted statuses', value: options.statuses },
    { name: 'counted orders', value: totalsShown ? facts.orders : '*' },
    { name: 'excluded orders', value: print(facts.excluded) },
    { name: 'products rest on', value: totalsShown ? print(facts.basis) : '*' },
    { name: 'stored against computed amounts', value: print(facts.stored) },
    { name: 'days', value: options.days === null ? 'all' : options.days },
    { name: 'repeat days', value: options.repeatDays },
    { name: 'confidence', value: percentText(options.confidence) },
    { name: 'small numbers', value: rulesText(options.small) },
    { name: 'hidden cells', value: hiddenCells },
  ];
}

/** Makes the report. */
export async function makePerformance(context: ReportContext, grain: Grain, options: Options): Promise<Made> {
  try {
    await prepareLines(context, grain, options);
    const compared = reachesBack(context, options);
    const shown = await hideItems(context, options, await readItems(context, options));
    const ranking = rank(shown, options, compared);
    const facts = await readFacts(context, options);
    const findings: Findings = { grain, options, facts, ranking, compared, totalsShown: shown.totalsShown };
    return {
      tables: [itemTable(ranking, facts, grain, options, compared)],
      tell: (hiddenCells) => tell(findings, hiddenCells),
      notes: notesOf(findings),
      charts: chartsOf(ranking, grain, options),
      provenance: (hiddenCells) => provenanceOf(findings, hiddenCells),
    };
  } finally {
    await dropLines(context);
  }
}
