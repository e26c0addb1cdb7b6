import { DiagnosticError } from '../diagnostics/diagnostic.js';
import { neededSources } from '../replay/index.js';
import type { RunRequest } from '../replay/run.js';

/** One of several things that are made of one replay: what it needs of it, and its name. */
interface Part {
  readonly name: string;
  readonly demand: RunRequest['demand'];
}

/** A part that the input does not allow, and what the input lacks, as the end of a sentence. */
export interface Left {
  readonly name: string;
  readonly why: string;
}

/** Says of a demand what an input lacks for it, empty where nothing; null where the error is about anything else. */
function lackOf(error: unknown, pipeline: RunRequest['pipeline']): ((demand: RunRequest['demand']) => string) | null {
  if (!(error instanceof DiagnosticError)) return null;
  const topics = new Set<string>();
  const relations = new Set<string>();
  for (const { code, place } of error.diagnostics) {
    if (code === 'no-input-for-source' && place?.topic !== undefined) topics.add(place.topic);
    if (code === 'column-not-in-data' || code === 'key-not-in-data')
      for (const name of place?.relations ?? []) relations.add(name);
  }
  if (topics.size + relations.size === 0) return null;
  return (demand) => {
    const needed = neededSources({ pipeline, demand });
    const absent = [...new Set(needed.flatMap(({ topic }) => (topics.has(topic) ? [topic] : [])))].sort();
    const unread = needed.filter(({ name }) => relations.has(name)).map(({ name, topic }) => `${topic} for ${name}`);
    const nothing = absent.length === 0 ? [] : [`no ${absent.join(', no ')}`];
    return [...nothing, ...unread.sort().map((one) => `no columns of ${one}`)].join(', ');
  };
}

/**
 * Makes all parts of one replay; where the input lacks a topic, or the columns of a source, without the parts that need them.
 * Throws what `replay` throws where the input serves no part, or where what it lacks is no part's.
 */
export async function withoutLacking<P extends Part, Result>(
  parts: readonly P[],
  pipeline: RunRequest['pipeline'],
  replay: (parts: readonly P[]) => Promise<Result>,
): Promise<{ readonly result: Result; readonly parts: readonly P[]; readonly left: readonly Left[] }> {
  try {
    return { result: await replay(parts), parts, left: [] };
  } catch (error) {
    const lack = lackOf(error, pipeline);
    if (lack === null) throw error;
    const judged = parts.map((part) => ({ part, lacks: lack(part.demand) }));
    const possible = judged.filter(({ lacks }) => lacks === '').map(({ part }) => part);
    if (possible.length === 0 || possible.length === parts.length) throw error;
    const left = judged.flatMap(({ part: { name }, lacks }) =>
      lacks === '' ? [] : [{ name, why: `the input has ${lacks}` }],
    );
    const rest = await withoutLacking(possible, pipeline, replay);
    return { ...rest, left: [...left, ...rest.left] };
  }
}
