import type { Engine } from '../engine/engine.js';
import { duckType, type KsqlType, typeText } from '../ksql/types.js';
import { emitSafe } from '../sql/expression.js';
import { typed, typeOf } from './evaluate.js';
import { plainValue } from './plain-values.js';
import { sameValue, sqlValue, type Vector } from './vectors.js';

/** Vectors of one expression over columns of the same types. */
export interface Group {
  readonly expression: string;
  readonly types: readonly string[];
  readonly vectors: readonly Vector[];
}

/** One vector that came out otherwise. */
export interface Miss {
  readonly vector: Vector;
  readonly found: unknown;
}

// Arguments that a pipeline writes as literals (patterns, zones): they are put into the text, as they are compiled.
const LITERAL_ARGUMENTS =
  /^(FORMAT_DATE|FORMAT_TIME|FORMAT_TIMESTAMP|DATETOSTRING|TIMESTAMPTOSTRING|PARSE_\w+|STRINGTODATE|STRINGTOTIMESTAMP|CONVERT_TZ|EXTRACTJSONFIELD)$/;

function inlined(v: Vector): Vector {
  if (!LITERAL_ARGUMENTS.test(v.function)) return v;
  let { expression } = v;
  for (const [i, name] of ['b', 'c'].entries()) {
    const value = v.args[i + 1];
    if (value === undefined) continue;
    if (value !== null && typeof value !== 'string') continue;
    const text = value === null ? 'CAST(NULL AS VARCHAR)' : `'${value.replaceAll("'", "''")}'`;
    expression = expression.replaceAll(
      new RegExp(`([(,] ?)${name}(?=[,)])`, 'g'),
      (_, before: string) => before + text,
    );
  }
  return { ...v, expression };
}

/** Groups vectors by expression and types; as recorded, every argument is a column. */
export function grouped(vectors: readonly Vector[], asRecorded = false): readonly Group[] {
  const groups = new Map<string, Group & { vectors: Vector[] }>();
  for (const v of asRecorded ? vectors : vectors.map(inlined)) {
    const key = JSON.stringify([v.expression, v.types]);
    const group = groups.get(key) ?? { expression: v.expression, types: v.types, vectors: [] };
    groups.set(key, group);
    group.vectors.push(v);
  }
  return [...groups.values()];
}

/** Evaluates a group set-wise and returns what differs; every vector of it where the expression does not type or run. */
export async function runGroup(engine: Engine, group: Group): Promise<readonly Miss[]> {
  const all = (found: unknown): Miss[] => group.vectors.map((vector) => ({ vector, found }));
  const types = group.types.map(typeOf);
  const columns = Object.fromEntries(types.map((t, i) => [String.fromCharCode(65 + i), t]));
  let expression: ReturnType<typeof typed>;
  try {
    expression = typed(group.expression, columns);
  } catch (e) {
    return all(`parse: ${(e as Error).message}`);
  }
  const e = expression.expression;
  if (e?.type == null) return all(`type: ${expression.problems.map((p) => p.message).join('; ')}`);
  try {
    const results = await evaluate(engine, group, types, columns, emitSafe(e));
    return group.vectors.flatMap((vector, i): Miss[] => {
      const found = results[i];
      const same =
        shownType(vector.resultType) === shownType(typeText(e.type!)) &&
        sameValue(found, vector.result, e.type!, vector.function);
      return same ? [] : [{ vector, found: shown(found, e.type!) }];
    });
  } catch (error) {
    return all(`run: ${(error as Error).message.slice(0, 300)}`);
  }
}

const shownType = (text: string): string => text.replace(/[`\s]/g, '').toUpperCase();

function shown(found: unknown, type: KsqlType): string {
  return `${JSON.stringify(found, (_, v) => (typeof v === 'bigint' ? v.toString() : v instanceof Map ? Object.fromEntries(v) : v))} ${typeText(type)}`;
}

async function evaluate(
  engine: Engine,
  group: Group,
  types: readonly KsqlType[],
  columns: Record<string, KsqlType>,
  sql: string,
): Promise<unknown[]> {
  const rows = group.vectors.map(
    (v, i) =>
      `(${[String(i), ...types.map((t, j) => `CAST(${sqlValue(v.args[j] ?? null, t)} AS ${duckType(t)})`)].join(', ')})`,
  );
  const names = ['n', ...Object.keys(columns)].map((name) => `"${name}"`).join(', ');
  const result = await engine.rows(`SELECT ${sql} FROM (VALUES ${rows.join(', ')}) v(${names}) ORDER BY n`);
  return result.map((r) => plainValue(r[0]));
}
