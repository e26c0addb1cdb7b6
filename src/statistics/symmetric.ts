/** A square matrix by rows, in one array. */
export interface Square {
  readonly size: number;
  readonly cells: Float64Array;
}

/** A square matrix of zeros. */
export function zeros(size: number): Square {
  return { size, cells: new Float64Array(size * size) };
}

/** A pivot no larger than this share of its own diagonal is what rounding left of a column that depends on others. */
const DEPENDENT = 1e-9;

/**
 * L with L L' = a generalised inverse of a symmetric positive semidefinite matrix N: the inverse of its Cholesky factor. Columns of N that
 * depend on those before them have zero rows and columns, so what can be estimated is estimated from the others.
 */
export function inverseFactor({ size, cells }: Square): Square {
  // R upper triangular with N = R'R over the kept columns.
  const r = new Float64Array(size * size);
  const kept: boolean[] = [];
  for (let j = 0; j < size; j++) {
    let pivot = cells[j * size + j]!;
    for (let i = 0; i < j; i++) pivot -= r[i * size + j]! ** 2;
    kept[j] = pivot > DEPENDENT * cells[j * size + j]! && pivot > 0;
    if (!kept[j]) {
      for (let i = 0; i < j; i++) r[i * size + j] = 0;
      continue;
    }
    const root = Math.sqrt(pivot);
    r[j * size + j] = root;
    for (let k = j + 1; k < size; k++) {
      let value = cells[j * size + k]!;
      for (let i = 0; i < j; i++) value -= r[i * size + j]! * r[i * size + k]!;
      r[j * size + k] = value / root;
    }
  }
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    if (!kept[column]) continue;
    inverse[column * size + column] = 1 / r[column * size + column]!;
    for (let row = column - 1; row >= 0; row--) {
      if (!kept[row]) continue;
      let value = 0;
      for (let k = row + 1; k <= column; k++) value -= r[row * size + k]! * inverse[k * size + column]!;
      inverse[row * size + column] = value / r[row * size + row]!;
    }
  }
  return { size, cells: inverse };
}

/** Matrix times vector. */
export function times({ size, cells }: Square, vector: Float64Array): Float64Array {
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += cells[i * size + j]! * vector[j]!;
    out[i] = sum;
  }
  return out;
}

/** A times B. */
export function product(a: Square, b: Square): Square {
  const { size } = a;
  const out = zeros(size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const along = a.cells[i * size + k]!;
      if (along === 0) continue;
      for (let j = 0; j < size; j++) out.cells[i * size + j]! += along * b.cells[k * size + j]!;
    }
  return out;
}

/** A A'. */
export function gramOf({ size, cells }: Square): Square {
  const out = zeros(size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += cells[i * size + k]! * cells[j * size + k]!;
      out.cells[i * size + j] = sum;
    }
  return out;
}

/** The inner product of two vectors. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Eigenvalues with their vectors (unit length), in no order. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
}

/** Rotates rows and columns p and q of a symmetric matrix so that their common cell becomes 0. */
function rotate(a: Float64Array, q: Float64Array, n: number, [p, r]: readonly [number, number]): void {
  const theta = (a[r * n + r]! - a[p * n + p]!) / (2 * a[p * n + r]!);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p]!, a[k * n + r]!];
    a[k * n + p] = c * x - s * y;
    a[k * n + r] = s * x + c * y;
  }
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[p * n + k]!, a[r * n + k]!];
    a[p * n + k] = c * x - s * y;
    a[r * n + k] = s * x + c * y;
    const [u, v] = [q[p * n + k]!, q[r * n + k]!];
    q[p * n + k] = c * u - s * v;
    q[r * n + k] = s * u + c * v;
  }
}

/** The eigenvalues of a symmetric matrix by Jacobi's rotations (Golub and Van Loan, 8.5). */
export function eigenOf({ size: n, cells }: Square): Eigen {
  const a = Float64Array.from(cells);
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  let size = 0;
  for (const cell of a) size += cell * cell;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) off += a[i * n + j]! ** 2;
    if (off <= 1e-30 * size) break;
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) if (a[i * n + j]! ** 2 > 1e-34 * size) rotate(a, q, n, [i, j]);
  }
  return {
    values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!),
    vectors: Array.from({ length: n }, (_, i) => q.slice(i * n, (i + 1) * n)),
  };
}
