import type { Engine } from './engine.js';

/**
 * Gives the engine `ksql_running_sum(DOUBLE[]) -> DOUBLE[]`: the sum up to each element, added left to right in plain
 * doubles, null adding nothing. It is the one loop over values in JavaScript (docs/architecture.md, "Where a loop stands"):
 * DuckDB's window sum adds doubles in another order, and the last digit of an average moves.
 */
export async function registerRunningSum(engine: Engine): Promise<void> {
  const { DuckDBScalarFunction, DOUBLE, LIST, listValue } = await import('@duckdb/node-api');
  engine.connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: 'ksql_running_sum',
      parameterTypes: [LIST(DOUBLE)],
      returnType: LIST(DOUBLE),
      mainFunction(_info, input, output) {
        const lists = input.getColumnVector(0);
        for (let row = 0; row < input.rowCount; row += 1) {
          const list = lists.getItem(row) as { readonly items: readonly (number | null)[] } | null;
          output.setItem(row, list === null ? null : listValue(runningSums(list.items)));
        }
        output.flush();
      },
    }),
  );
}

function runningSums(values: readonly (number | null)[]): readonly number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value ?? 0;
    return sum;
  });
}
