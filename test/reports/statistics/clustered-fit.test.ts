import { clusteredFit } from '../../../src/statistics/clustered-fit.js';
import { clusteredRatio, clusteredRatioDifference } from '../../../src/statistics/clustered-ratio.js';
import { mixInterval } from '../../../src/statistics/mix-interval.js';
import { wildBootstrapP } from '../../../src/statistics/wild-bootstrap.js';
import { CONFIDENCE, type Dictionary, onInput, runVectors } from './vectors.js';

type Cells = readonly (readonly [number, number, number, number, number, number])[];

function solved(input: Dictionary) {
  const cells = input.cells as unknown as Cells;
  const [months, levels] = [input.months as number, input.levels as number];
  const contrast = input.contrast as unknown as readonly number[];
  const slope = input.slope === true;
  const level = slope
    ? { columns: Int32Array.from(cells, () => months), values: Float64Array.from(cells, (cell) => cell[3]) }
    : { columns: Int32Array.from(cells, (cell) => months + cell[3]) };
  const made = clusteredFit(
    {
      clusters: Int32Array.from(cells, (cell) => cell[0]),
      groups: input.absorbed === true ? Int32Array.from(cells, (cell) => cell[1]) : null,
      weights: Float64Array.from(cells, (cell) => cell[4]),
      terms: [{ columns: Int32Array.from(cells, (cell) => cell[2]) }, level],
      columns: months + (slope ? 1 : levels),
    },
    Float64Array.from(cells, (cell) => cell[5]),
  );
  return made.contrasts([contrast], CONFIDENCE)[0];
}

function ratio(input: Dictionary) {
  const groups = (input.groups as unknown as readonly (readonly (readonly [number, number])[])[]).map((group) =>
    group.map(([n, y]) => ({ n, y })),
  );
  return groups.length === 1
    ? clusteredRatio(groups[0]!, CONFIDENCE)
    : clusteredRatioDifference(groups[0]!, groups[1]!, CONFIDENCE);
}

runVectors(
  'clustered-fit',
  onInput((input) => (input.kind === 'fit' ? solved(input) : ratio(input))),
);
runVectors(
  'wild-bootstrap',
  onInput(({ influences }) => ({ p: wildBootstrapP(influences as unknown as number[], 1) })),
);
runVectors(
  'mix-interval',
  onInput(({ levels, cells }) =>
    mixInterval(
      (cells as unknown as readonly (readonly [number, number, 0 | 1, number, number])[]).map(
        ([patient, level, period, n, y]) => ({ patient, level, period, n, y }),
      ),
      levels as number,
      CONFIDENCE,
    ),
  ),
);
