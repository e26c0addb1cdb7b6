import type { Engine } from '../../src/engine/engine.js';
import type { Finding } from '../../src/reports/finding.js';

/** A shop in which the truth is planted, and what a report may say of it. */
export interface Scenario {
  readonly name: string;
  /** What the report finds in one made-up shop; the same seed makes the same shop. */
  run(engine: Engine, seed: number): Promise<readonly Finding[]>;
  /** What is counted over the runs: a claim that is wrong, or one that must be made. */
  readonly counted: string;
  isCounted(findings: readonly Finding[]): boolean;
  /** Share of runs in which that may happen at most, or must at least. */
  readonly atMost?: number;
  readonly atLeast?: number;
}
