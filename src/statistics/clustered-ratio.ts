import { type ContrastEstimate, clusteredFit } from './clustered-fit.js';

/** One independent unit (a patient, a practitioner): `n` of what is divided by (orders, days), `y` of what is added up (money, events). */
export interface ClusterTotal {
  readonly n: number;
  readonly y: number;
}

/** A mean over clusters with everything that says how sure it is. */
export interface ClusteredRatio extends ContrastEstimate {
  readonly clusters: number;
  /** Share of the largest cluster in `n`, and its place in the list. */
  readonly largest: number | null;
  readonly largestAt: number;
}

function designOf(groups: readonly (readonly ClusterTotal[])[]) {
  const cells = groups
    .flatMap((clusters, column) => clusters.map((one) => ({ ...one, column })))
    .filter(({ n }) => n > 0);
  return {
    design: {
      clusters: Int32Array.from(cells, (_, i) => i),
      groups: null,
      weights: Float64Array.from(cells, ({ n }) => n),
      terms: [{ columns: Int32Array.from(cells, ({ column }) => column) }],
      columns: groups.length,
    },
    y: Float64Array.from(cells, ({ y }) => y),
  };
}

/**
 * sum y / sum n over clusters (an AOV over patients, a rate over persons): CR2 error and Satterthwaite degrees of freedom, which shrink where few clusters make
 * most of it; the effective number of clusters (errors of a cluster taken as one); the ratio without any one cluster. Clusters without `n` are left out.
 * In the unit of y per n. Vector `clustered-fit`, `ratio`.
 */
export function clusteredRatio(clusters: readonly ClusterTotal[], confidence: number): ClusteredRatio {
  const used = clusters.filter(({ n }) => n > 0);
  const { design, y } = designOf([used]);
  const fit = clusteredFit(design, y);
  const all = used.reduce((sum, { n }) => sum + n, 0);
  const largestAt = used.reduce((top, { n }, i) => (n > used[top]!.n ? i : top), 0);
  return {
    ...fit.contrasts([[1]], confidence)[0]!,
    clusters: used.length,
    largest: all === 0 ? null : used[largestAt]!.n / all,
    largestAt: used.length === 0 ? -1 : clusters.indexOf(used[largestAt]!),
  };
}

/** The ratio of `to` minus that of `from`, over clusters that each belong to one of the two. */
export function clusteredRatioDifference(
  from: readonly ClusterTotal[],
  to: readonly ClusterTotal[],
  confidence: number,
): ContrastEstimate {
  const { design, y } = designOf([from, to]);
  const fit = clusteredFit(design, y);
  return fit.contrasts([[-1, 1]], confidence)[0]!;
}
