import { rulesText } from '../disclosure/small-numbers.js';
import type { ReportContext } from './definition.js';
import type { OrderOptions } from './order-parameters.js';
import type { ProvenanceEntry } from './report.js';
import { percentText } from './words.js';

/** Epoch milliseconds as ISO 8601 with milliseconds, UTC; null stays null. */
export function isoTime(epoch: number | null | undefined): string | null {
  return epoch === null || epoch === undefined ? null : new Date(epoch).toISOString();
}

/** The instant up to which the report speaks: `--until`, or the last event of the input. */
export function asOf(context: ReportContext): string | null {
  return isoTime(context.replay.until ?? context.lastEvent);
}

/** The lines of the provenance block that every report has: its inputs, and what shaped the replay. */
export function replayProvenance(context: ReportContext): ProvenanceEntry[] {
  const { replay } = context;
  const inputs = [...context.inputs].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : a.sha256 < b.sha256 ? -1 : 1,
  );
  return [
    { name: 'inputs', value: inputs.map(({ name, sha256 }) => `${name} sha256:${sha256}`) },
    { name: 'order', value: replay.order },
    { name: 'as of', value: asOf(context) },
    { name: 'until', value: isoTime(replay.until) },
    { name: 'known at', value: isoTime(replay.knownAt) },
    { name: 'first event', value: isoTime(context.firstEvent) },
    { name: 'last event', value: isoTime(context.lastEvent) },
    { name: 'time zone', value: replay.timeZone },
    { name: 'baseline', value: replay.baseline },
    { name: 'run', value: { ...context.counts } },
  ];
}

/** The lines that every report over orders adds: which orders count, how sure it is, and what it hides. */
export function orderProvenance(
  { statuses, amount, confidence, small }: Omit<OrderOptions, 'amount'> & Partial<Pick<OrderOptions, 'amount'>>,
  hiddenCells: number,
): ProvenanceEntry[] {
  return [
    { name: 'counted statuses', value: statuses },
    ...(amount === undefined ? [] : [{ name: 'amount', value: amount }]),
    { name: 'confidence', value: percentText(confidence) },
    { name: 'small numbers', value: rulesText(small) },
    { name: 'hidden cells', value: hiddenCells },
  ];
}
