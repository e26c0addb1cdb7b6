/** Seeded random numbers, the same on every machine: a resampling that is run again gives the same digits. */
export interface SeededRandom {
  /** Uniform, from 0 up to 1. */
  next(): number;
  /** A whole number from 0 up to `n`. */
  below(n: number): number;
  /** Standard normal (Box and Muller). */
  normal(): number;
}

/** mulberry32: integer operations only, so no machine rounds them otherwise. `seed` is taken modulo 2^32. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    below: (n) => Math.floor(next() * n),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}
