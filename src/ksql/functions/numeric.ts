import type { TypedExpression } from '../typed-expression.js';
import { decimal, type KsqlType } from '../types.js';
import { NUMBER_TO_DOUBLE, NUMBERS_TO_DOUBLE, row } from './row.js';

const SAME = ['(INTEGER) -> INTEGER', '(BIGINT) -> BIGINT', '(DOUBLE) -> DOUBLE', '(DECIMAL) -> DECIMAL'];
const TO_WHOLE = [
  '(INTEGER) -> BIGINT',
  '(BIGINT) -> BIGINT',
  '(DOUBLE) -> BIGINT',
  '(DECIMAL) -> DECIMAL',
  '(DOUBLE, INTEGER) -> DOUBLE',
  '(DECIMAL, INTEGER) -> DECIMAL',
];
const LIST = ['INTEGER', 'BIGINT', 'DOUBLE', 'DECIMAL', 'STRING', 'BYTES', 'DATE', 'TIME', 'TIMESTAMP'];
const BEST = LIST.map((type) => `(${type}, ${type}...) -> ${type}`);
const ROOT = [...NUMBER_TO_DOUBLE, '(DECIMAL) -> DOUBLE'];

/** A DECIMAL keeps its scale where one is asked for, and loses it where not. */
function whole(args: readonly TypedExpression[]): KsqlType | undefined {
  const type = args[0]?.type;
  if (type?.kind !== 'DECIMAL') return undefined;
  return args.length > 1 ? type : decimal(Math.max(1, type.precision - type.scale), 0);
}

const own = (args: readonly TypedExpression[]): KsqlType | undefined =>
  args[0]?.type?.kind === 'DECIMAL' ? args[0].type : undefined;

/** Numbers. */
export const NUMERIC = [
  row('ABS', SAME, 'The number without its sign.', 'ABS(-5) = 5', { result: own }),
  row('ACOS', NUMBER_TO_DOUBLE, 'Arc cosine, in radians.', 'ACOS(1) = 0.0'),
  row('ASIN', NUMBER_TO_DOUBLE, 'Arc sine, in radians.', 'ASIN(0) = 0.0'),
  row('ATAN', NUMBER_TO_DOUBLE, 'Arc tangent, in radians.', 'ATAN(0) = 0.0'),
  row('ATAN2', NUMBERS_TO_DOUBLE, 'Angle of the point (x, y), given y then x.', 'ATAN2(0, 1) = 0.0'),
  row('CBRT', NUMBER_TO_DOUBLE, 'Cube root.', 'CBRT(27) = 3.0'),
  row('CEIL', SAME, 'The least whole number that is not less.', 'CEIL(1.5) = 2.0', { result: own }),
  row('COS', NUMBER_TO_DOUBLE, 'Cosine of an angle in radians.', 'COS(0) = 1.0'),
  row('COSH', NUMBER_TO_DOUBLE, 'Hyperbolic cosine.', 'COSH(0) = 1.0'),
  row('COT', NUMBER_TO_DOUBLE, 'Cotangent of an angle in radians.', 'COT(1) = 0.6420926159343306'),
  row('DEGREES', NUMBER_TO_DOUBLE, 'Radians as degrees.', 'DEGREES(0) = 0.0'),
  row('EXP', NUMBER_TO_DOUBLE, 'e to the power of x.', 'EXP(0) = 1.0'),
  row('FLOOR', SAME, 'The greatest whole number that is not greater.', 'FLOOR(1.5) = 1.0', { result: own }),
  row(
    'GENERATE_SERIES',
    [
      '(INTEGER, INTEGER) -> ARRAY<INTEGER>',
      '(INTEGER, INTEGER, INTEGER) -> ARRAY<INTEGER>',
      '(BIGINT, BIGINT) -> ARRAY<BIGINT>',
      '(BIGINT, BIGINT, INTEGER) -> ARRAY<BIGINT>',
    ],
    'The whole numbers from start to end, both included, up or down.',
    'GENERATE_SERIES(1, 3) = [1, 2, 3]',
  ),
  row(
    'GEO_DISTANCE',
    ['(DOUBLE, DOUBLE, DOUBLE, DOUBLE) -> DOUBLE', '(DOUBLE, DOUBLE, DOUBLE, DOUBLE, STRING) -> DOUBLE'],
    'Great-circle distance of two points (latitude, longitude each), in kilometres or, with MI, miles.',
    'GEO_DISTANCE(0e0, 0e0, 0e0, 0e0) = 0.0',
  ),
  row('GREATEST', BEST, 'The greatest argument; nulls do not count.', 'GREATEST(1, 3, 2) = 3', { nulls: 'own' }),
  row('LEAST', BEST, 'The least argument; nulls do not count.', 'LEAST(1, 3, 2) = 1', { nulls: 'own' }),
  row('LN', NUMBER_TO_DOUBLE, 'Natural logarithm; NaN below zero.', 'LN(1) = 0.0'),
  row(
    'LOG',
    [...NUMBER_TO_DOUBLE, ...NUMBERS_TO_DOUBLE],
    'Logarithm: natural, or of a base given first.',
    'LOG(10, 100) = 2.0',
  ),
  row('PI', ['() -> DOUBLE'], 'The ratio of a circle to its diameter.', 'PI() = 3.141592653589793'),
  row('POWER', NUMBERS_TO_DOUBLE, 'The first to the power of the second.', 'POWER(2, 3) = 8.0'),
  row('RADIANS', NUMBER_TO_DOUBLE, 'Degrees as radians.', 'RADIANS(0) = 0.0'),
  row(
    'ROUND',
    TO_WHOLE,
    'Rounded half up, toward +infinity; DOUBLE by its shortest decimal text.',
    'ROUND(10.005e0, 2) = 10.01',
    {
      result: whole,
    },
  ),
  row(
    'SIGN',
    ['(INTEGER) -> INTEGER', '(BIGINT) -> INTEGER', '(DOUBLE) -> INTEGER', '(DECIMAL) -> INTEGER'],
    '-1, 0 or 1.',
    'SIGN(-7) = -1',
  ),
  row('SIN', NUMBER_TO_DOUBLE, 'Sine of an angle in radians.', 'SIN(0) = 0.0'),
  row('SINH', NUMBER_TO_DOUBLE, 'Hyperbolic sine.', 'SINH(0) = 0.0'),
  row('SQRT', ROOT, 'Square root; NaN below zero.', 'SQRT(9) = 3.0'),
  row('TAN', NUMBER_TO_DOUBLE, 'Tangent of an angle in radians.', 'TAN(0) = 0.0'),
  row('TANH', NUMBER_TO_DOUBLE, 'Hyperbolic tangent.', 'TANH(0) = 0.0'),
  row('TRUNC', TO_WHOLE, 'Cut toward zero.', 'TRUNC(2.75e0, 1) = 2.7', { result: whole }),
];
