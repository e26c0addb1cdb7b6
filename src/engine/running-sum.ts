import type { Engine } from './engine.js';

/** The names of the folds: DOUBLE[] to DOUBLE[], what the values up to each one give, in their order. */
type Fold = (values: readonly (number | null)[]) => readonly number[];
const FOLDS: readonly (readonly [string, Fold])[] = [
  ['ksql_running_sum', runningSums],
  ['ksql_running_variance', runningVariances],
];

/**
 * Gives the engine `ksql_running_sum(DOUBLE[]) -> DOUBLE[]`: the sum up to each element, added left to right in plain
 * doubles, null adding nothing; and `ksql_running_variance`, the variance of the sample likewise. They are the loops over values in JavaScript (docs/architecture.md, "Where a loop stands"):
 * DuckDB's window sum adds doubles in another order, and the last digit of an average moves.
 */
export async function registerRunningSum(engine: Engine): Promise<void> {
  const { DuckDBScalarFunction, DOUBLE, LIST, listValue } = await import('@duckdb/node-api');
  for (const [name, fold] of FOLDS) {
    engine.connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name,
        parameterTypes: [LIST(DOUBLE)],
        returnType: LIST(DOUBLE),
        mainFunction(_info, input, output) {
          const lists = input.getColumnVector(0);
          for (let row = 0; row < input.rowCount; row += 1) {
            const list = lists.getItem(row) as { readonly items: readonly (number | null)[] } | null;
            output.setItem(row, list === null ? null : listValue(fold(list.items)));
          }
          output.flush();
        },
      }),
    );
  }
}

function runningSums(values: readonly (number | null)[]): readonly number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value ?? 0;
    return sum;
  });
}

/** Variance of the sample by the recurrence of Youngs and Cramer, as the engine adds it up; 0 for fewer than two values. */
function runningVariances(values: readonly (number | null)[]): readonly number[] {
  let [count, sum, squares] = [0, 0, 0];
  return values.map((value) => {
    if (value !== null) {
      count += 1;
      sum += value;
      if (count > 1) squares += (count * value - sum) ** 2 / (count * (count - 1));
    }
    return count > 1 ? squares / (count - 1) : 0;
  });
}
