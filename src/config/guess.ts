import { fieldOf, type SourceDeclaration } from '../ksql/source.js';
import type { KsqlType } from '../ksql/types.js';
import { nearness, wordsOf } from './vocabulary.js';

/** A table found in an export: its name, and its fields with the JSON types that were seen. */
export interface FoundTable {
  readonly table: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What a name of the pipeline was matched with: nothing where there is nothing like it; `sure` where nothing else comes near. */
export interface Guess {
  readonly name: string;
  readonly found: string | null;
  readonly sure: boolean;
  /** Best first, `found` among them. */
  readonly candidates: readonly string[];
}

/** A table of the pipeline with its columns. */
export interface TableGuess extends Guess {
  readonly columns: readonly Guess[];
}

/** From here on a name is taken, where the next one is further than `MARGIN` away. */
const SURE = 0.85;
const MARGIN = 0.05;
const SURE_TABLE = 0.6;
/** Below, names have nothing to do with each other. */
const LEAST = 0.25;
const SHOWN = 4;

/** JSON types that a declared type can be read from; whatever came as null alone may be anything. */
const READABLE: Readonly<Partial<Record<KsqlType['kind'], readonly string[]>>> = {
  BIGINT: ['integer', 'string', 'mixed'],
  INTEGER: ['integer', 'string', 'mixed'],
  DECIMAL: ['integer', 'number', 'string', 'mixed', 'object'],
  DOUBLE: ['integer', 'number', 'string', 'mixed'],
  STRING: ['string', 'integer', 'number', 'boolean', 'mixed'],
  BOOLEAN: ['boolean', 'integer', 'string', 'mixed'],
  DATE: ['integer', 'string', 'mixed'],
  TIMESTAMP: ['integer', 'string', 'mixed'],
};

interface Wanted {
  readonly name: string;
  readonly type: KsqlType;
}

/** Matches the tables and columns that a pipeline declares with those of an export. In the order of the pipeline. */
export function guessTables(
  sources: readonly SourceDeclaration[],
  found: readonly FoundTable[],
): readonly TableGuess[] {
  const topics = [...new Set(sources.map(({ topic }) => topic))];
  const wanted = new Map(topics.map((topic) => [topic, columnsOf(sources.filter((s) => s.topic === topic))]));
  const scores = topics.flatMap((topic) =>
    found.map((table) => ({ from: topic, to: table.table, score: tableScore(topic, wanted.get(topic)!, table) })),
  );
  return pairUp(topics, scores, SURE_TABLE).map((guess) => {
    const table = found.find((t) => t.table === guess.found);
    return { ...guess, columns: table === undefined ? [] : guessColumns(guess.name, wanted.get(guess.name)!, table) };
  });
}

function columnsOf(sources: readonly SourceDeclaration[]): readonly Wanted[] {
  const columns = sources.flatMap((s) =>
    s.columns.map((c) => [fieldOf(c), { name: fieldOf(c), type: c.type }] as const),
  );
  return [...new Map(columns).values()];
}

function tableScore(topic: string, wanted: readonly Wanted[], table: FoundTable): number {
  const best = wanted.map((column) =>
    Math.max(0, ...Object.entries(table.fields).map(([field, type]) => columnScore(topic, column, table, field, type))),
  );
  const covered = best.reduce((sum, score) => sum + score, 0) / Math.max(1, best.length);
  return (nearness(topic, table.table) + covered) / 2;
}

function columnScore(topic: string, { name, type }: Wanted, table: FoundTable, field: string, json: string): number {
  const readable = READABLE[type.kind];
  if (json !== 'null' && readable !== undefined && !readable.includes(json)) return 0;
  return nearness(name, field, [...wordsOf(topic), ...wordsOf(table.table)]);
}

function guessColumns(topic: string, wanted: readonly Wanted[], table: FoundTable): readonly Guess[] {
  const scores = wanted.flatMap((column) =>
    Object.entries(table.fields).map(([field, type]) => ({
      from: column.name,
      to: field,
      score: columnScore(topic, column, table, field, type),
    })),
  );
  return pairUp(
    wanted.map(({ name }) => name),
    scores,
    SURE,
  );
}

interface Scored {
  readonly from: string;
  readonly to: string;
  readonly score: number;
}

/** Best pairs first, each name once on either side; ties by name, so that the order of files decides nothing. */
function pairUp(names: readonly string[], scores: readonly Scored[], sure: number): readonly Guess[] {
  const order = [...scores]
    .filter(({ score }) => score >= LEAST)
    .sort((a, b) => b.score - a.score || (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to < b.to ? -1 : 1));
  const taken = new Map<string, Scored>();
  for (const pair of order)
    if (!taken.has(pair.from) && ![...taken.values()].some(({ to }) => to === pair.to)) taken.set(pair.from, pair);
  return names.map((name) => {
    const pair = taken.get(name);
    const isTaken = ({ to, score }: Scored): boolean =>
      [...taken.values()].some((t) => t.to === to && t.from !== name && t.score > score);
    const candidates = order.filter((other) => other.from === name && !isTaken(other)).map(({ to }) => to);
    const isRival = (other: Scored): boolean =>
      pair !== undefined &&
      other !== pair &&
      (other.from === name || other.to === pair.to) &&
      other.score > pair.score - MARGIN &&
      // Who is better off with somebody else is no rival.
      ![...taken.values()].some((t) => t.to === other.to && t.from !== name && t.score > other.score) &&
      !(other.from !== name && (taken.get(other.from)?.score ?? 0) >= other.score);
    return {
      name,
      found: pair?.to ?? null,
      sure: pair !== undefined && (pair.score === 1 || (pair.score >= sure && !order.some(isRival))),
      candidates: candidates.slice(0, SHOWN),
    };
  });
}
