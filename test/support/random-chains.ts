// Random pipelines of streams and tables that few source records feed, with what each result must be in plain SQL over the final
// rows of what it reads. Every relation has the columns ID (key), X and U, so that any statement can read any other.

/** A small generator of whole numbers (mulberry32): the same seed gives the same programs on every machine. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A result of a program: its statement, and (tables) its final rows as plain SQL over those of what it reads. */
export interface ChainResult {
  readonly name: string;
  readonly kind: 'stream' | 'table';
  readonly ksql: string;
  /** Where `{NAME}` stands for the final rows of NAME. */
  readonly plain?: string;
}

/** One source record: a version of an order or of a person, or (`live` false) its deletion. */
export interface ChainRecord {
  readonly topic: 'orders' | 'people';
  readonly id: number;
  readonly x: number | null;
  readonly u: number | null;
  readonly live: boolean;
  readonly ts: number;
}

/** A pipeline and its log. */
export interface Chain {
  readonly sources: string;
  readonly results: readonly ChainResult[];
  readonly log: readonly ChainRecord[];
}

const KEYS = 4;
const COLUMNS = '(ID BIGINT {key}, X INT, U BIGINT)';

/** The declared relations: a stream and a table over the same orders, and a table of people. */
export const SOURCES = [
  { name: 'OS', kind: 'stream', topic: 'orders' },
  { name: 'OT', kind: 'table', topic: 'orders' },
  { name: 'P', kind: 'table', topic: 'people' },
] as const;

type Next = (below: number) => number;

/** The `seed`th program. */
export function chain(seed: number): Chain {
  const next = numbers(seed);
  const results: ChainResult[] = [];
  const count = 3 + next(4);
  for (let i = 0; i < count; i += 1) results.push(statement(`R${i}`, results, next));
  const sources = SOURCES.map(
    ({ name, kind, topic }) =>
      `CREATE ${kind.toUpperCase()} ${name} ${COLUMNS.replace('{key}', kind === 'stream' ? 'KEY' : 'PRIMARY KEY')} WITH (KAFKA_TOPIC='${topic}', FORMAT='JSON');`,
  ).join('\n');
  return { sources, results, log: Array.from({ length: 6 + next(16) }, () => record(next)) };
}

function record(next: Next): ChainRecord {
  const topic = next(3) === 0 ? 'people' : 'orders';
  const live = next(6) > 0;
  const value = (below: number): number | null => (next(7) === 0 ? null : next(below));
  return { topic, id: 1 + next(KEYS), x: value(5), u: value(KEYS + 1), live, ts: 100 * next(30) };
}

function statement(name: string, before: readonly ChainResult[], next: Next): ChainResult {
  const tables = ['OT', 'P', ...before.filter((r) => r.kind === 'table').map((r) => r.name)];
  const streams = ['OS', ...before.filter((r) => r.kind === 'stream').map((r) => r.name)];
  // The newest are the likeliest: chains, not fans.
  const pick = (names: readonly string[]): string => names[Math.max(next(names.length), next(names.length))]!;
  const others = (taken: readonly string[]): readonly string[] => tables.filter((t) => !taken.includes(t));
  const [a] = [pick(tables)];
  const b = pick(others([a]));
  const shape = next(8);
  if (shape === 0) return filtered(name, a, next);
  if (shape <= 2) return latest(name, pick(streams), next);
  if (shape === 3 && others([a, b]).length > 0) return threeWay(name, [a, b, pick(others([a, b]))], next);
  if (shape <= 4) return joined(name, a, b, next);
  if (shape === 5) return foreignKey(name, a, b, next);
  if (shape === 6) return grouped(name, a);
  // One query cannot read a topic under two declarations.
  const stream = pick(streams);
  return asOf(name, stream, stream === 'OS' && a === 'OT' ? 'P' : a, next);
}

function filtered(name: string, a: string, next: Next): ChainResult {
  const where = next(2) === 0 ? '' : ` WHERE X > ${next(3)}`;
  return table(name, `SELECT ID, X + 1 AS X, U FROM ${a}${where}`, `SELECT ID, X + 1 AS X, U FROM {${a}}${where}`);
}

function latest(name: string, s: string, next: Next): ChainResult {
  const key = next(2) === 0 ? 'ID' : 'U';
  const how = next(2) === 0 ? 'LATEST_BY_OFFSET' : 'EARLIEST_BY_OFFSET';
  const ksql = `SELECT ${key} AS ID, ${how}(X) AS X, LATEST_BY_OFFSET(${key === 'ID' ? 'U' : 'ID'}, false) AS U FROM ${s} GROUP BY ${key}`;
  return table(name, ksql);
}

const WORDS = ['JOIN', 'LEFT JOIN', 'FULL OUTER JOIN'] as const;

function joined(name: string, a: string, b: string, next: Next): ChainResult {
  const word = WORDS[next(3)]!;
  const full = word.startsWith('FULL');
  const ksql = `SELECT ${full ? 'ROWKEY' : 'L.ID'} AS ID, L.X AS X, R.U AS U FROM ${a} L ${word} ${b} R ON L.ID = R.ID`;
  return table(
    name,
    ksql,
    `SELECT coalesce(L.ID, R.ID) AS ID, L.X AS X, R.U AS U FROM {${a}} L ${word} {${b}} R ON L.ID = R.ID`,
  );
}

function threeWay(name: string, [a, b, c]: readonly [string, string, string], next: Next): ChainResult {
  const [one, two] = [WORDS[next(2)]!, WORDS[next(2)]!];
  const of = (from: (name: string) => string): string =>
    `SELECT A.ID AS ID, B.X AS X, C.U AS U FROM ${from(a)} A ${one} ${from(b)} B ON A.ID = B.ID ${two} ${from(c)} C ON A.ID = C.ID`;
  return table(
    name,
    of((n) => n),
    of((n) => `{${n}}`),
  );
}

function foreignKey(name: string, a: string, b: string, next: Next): ChainResult {
  const of = (from: (name: string) => string): string =>
    `SELECT L.ID AS ID, R.X AS X, L.U AS U FROM ${from(a)} L ${word} ${from(b)} R ON L.U = R.ID`;
  const word = WORDS[next(2)]!;
  return table(
    name,
    of((n) => n),
    of((n) => `{${n}}`),
  );
}

/** Groups whose last row has left stay with a count of 0: plain SQL does not see them, and they are left out of the comparison. */
function grouped(name: string, a: string): ChainResult {
  return table(
    name,
    `SELECT U AS ID, CAST(COUNT(*) AS INT) AS X, CAST(SUM(X) AS BIGINT) AS U FROM ${a} GROUP BY U`,
    `SELECT U AS ID, CAST(count(*) AS INT) AS X, coalesce(sum(X), 0) AS U FROM {${a}} WHERE U IS NOT NULL GROUP BY U`,
  );
}

function asOf(name: string, s: string, t: string, next: Next): ChainResult {
  const word = WORDS[next(2)]!;
  const by = next(2) === 0 ? 'ID' : 'U';
  const query = `SELECT L.${by} AS ID, R.X AS X, L.${by === 'ID' ? 'U' : 'ID'} AS U FROM ${s} L ${word} ${t} R ON L.${by} = R.ID`;
  return { name, kind: 'stream', ksql: `CREATE STREAM ${name} AS ${query} EMIT CHANGES;` };
}

function table(name: string, query: string, plain?: string): ChainResult {
  return {
    name,
    kind: 'table',
    ksql: `CREATE TABLE ${name} AS ${query} EMIT CHANGES;`,
    ...(plain !== undefined && { plain }),
  };
}
