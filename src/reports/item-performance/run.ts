import { printedCounts, shownCounts } from '../../disclosure/shown-counts.js';
import { bannerOf, rulesText } from '../../disclosure/small-numbers.js';
import type { ReportContext } from '../definition.js';
import { said } from '../finding.js';
import { asOf, replayProvenance } from '../provenance.js';
import { type ProvenanceEntry, SUPPRESSED } from '../report.js';
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

function provenanceOf({ options, facts, totalsShown, hiddenCells }: Findings): ProvenanceEntry[] {
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

const CAVEAT =
  'These are observed sales: what is bought together, prescribed or in stock is in them, not only what patients like.';

/** What the report says, beside its name, title and question. */
export async function runPerformance(context: ReportContext, grain: Grain, options: Options) {
  try {
    await prepareLines(context, grain, options);
    const compared = reachesBack(context, options);
    const shown = await hideItems(context, options, await readItems(context, options));
    const ranking = rank(shown, options, compared);
    const facts = await readFacts(context, options);
    const table = itemTable(ranking, facts, grain, options, compared);
    const hiddenCells = table.rows.flat().filter((cell) => cell === SUPPRESSED).length;
    const { totalsShown } = shown;
    const findings: Findings = { grain, options, facts, ranking, compared, totalsShown, hiddenCells };
    return {
      order: context.replay.order,
      asOf: asOf(context),
      tables: [table],
      ...said(tell(findings)),
      notes: notesOf(findings, context.notes),
      caveat: CAVEAT,
      banner: bannerOf(options.small),
      charts: chartsOf(ranking, grain, options),
      provenance: [...replayProvenance(context), ...provenanceOf(findings)],
    };
  } finally {
    await dropLines(context);
  }
}
