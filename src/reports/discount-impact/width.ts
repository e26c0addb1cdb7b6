/** More levels than this are more than a table or a chart shows well. */
const MANY_LEVELS = 30;

/** Widths that people round to, in hundredths of a percentage point. */
const WIDTHS = [10n, 20n, 25n, 50n, 100n, 200n, 250n, 500n, 1000n, 2000n, 2500n, 5000n, 10_000n];

/** A discount in hundredths of a percentage point rounded half away from zero to a multiple of `width`. */
function roundedTo(discount: bigint, width: bigint): bigint {
  const size = discount < 0n ? -discount : discount;
  const rounded = ((2n * size + width) / (2n * width)) * width;
  return discount < 0n ? -rounded : rounded;
}

/** The smallest usual width, in percentage points, that leaves at most 30 levels; null where there are no more than that. */
export function proposeWidth(discounts: readonly bigint[], current: bigint | null): string | null {
  const levels = (width: bigint): number => new Set(discounts.map((discount) => roundedTo(discount, width))).size;
  if (levels(current ?? 1n) <= MANY_LEVELS) return null;
  const width = WIDTHS.find((candidate) => levels(candidate) <= MANY_LEVELS) ?? WIDTHS.at(-1)!;
  return String(Number(width) / 100);
}
