import type { Engine } from '../engine/engine.js';
import { readerOf } from '../input/forms/index.js';
import type { InputFile } from '../input/input-file.js';
import { typeText } from '../ksql/types.js';
import type { Rejected } from '../relation.js';
import type { ColumnPlan } from './columns.js';
import { EVENTS } from './events-table.js';

/** Records with a value that does not fit its declared type: listed by file, line and column, never with the value. */
export async function rejectedValues(
  engine: Engine,
  files: readonly InputFile[],
  plan: ColumnPlan,
): Promise<readonly Rejected[]> {
  const misfits = `FROM ${EVENTS} WHERE misfit IS NOT NULL`;
  const rows = await engine.rows(
    `SELECT file_index, record AS n, CASE WHEN misfit < 0 THEN -1 - misfit ELSE misfit END AS column_index ${misfits} ORDER BY file_index, n`,
  );
  if (rows.length === 0) return [];
  // Files that were read as one have numbers that go on from file to file.
  const firsts = await engine.rows(
    `SELECT file_index, min(record) FROM ${EVENTS} WHERE file_index IN (SELECT file_index ${misfits}) GROUP BY file_index`,
  );
  const first = new Map(firsts.map((row) => [Number(row[0]), Number(row[1])]));
  const rejected: Rejected[] = [];
  for (const index of new Set(rows.map((row) => Number(row[0])))) {
    const file = files[index]!;
    const mine = rows.filter((row) => Number(row[0]) === index);
    const lines = await readerOf(file).lineNumbers(
      engine,
      file,
      mine.map((row) => Number(row[1]) - first.get(index)!),
    );
    for (const [at, row] of mine.entries()) {
      const column = plan.values[Number(row[2])]!;
      const line = lines[at] ?? null;
      const where = line === null ? `record ${Number(row[1]) - first.get(index)! + 1}: ` : '';
      rejected.push({
        file: file.name,
        line,
        code: 'value-does-not-fit',
        reason: `${where}the value of ${column.field} does not fit ${typeText(column.type)}`,
      });
    }
  }
  return rejected;
}
