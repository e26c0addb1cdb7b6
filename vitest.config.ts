import { configDefaults, defineConfig } from 'vitest/config';
import { BESIDE, WHOLE } from './test/sets.js';

/** `vitest run --mode quick` or `--mode beside`: a part of the tests; without a mode all that are named. */
const SETS: Readonly<Record<string, { include?: string[]; exclude?: string[] }>> = {
  quick: { exclude: [...configDefaults.exclude, ...BESIDE, ...WHOLE] },
  beside: { include: [...BESIDE] },
};

export default defineConfig(({ mode }) => ({
  test: {
    include: ['test/**/*.test.ts'],
    // A machine with other work is slow, not wrong: these end what hangs, and no test has a limit of its own.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    pool: 'forks',
    maxWorkers: 2,
    coverage: { include: ['src/**/*.ts'], reporter: ['json-summary'] },
    // The built program is loaded as Node loads it.
    server: { deps: { external: [/\/dist\/program\//] } },
    // Only where scripts/slowest-tests.js asks for it.
    setupFiles: process.env.PHARMABI_MEASURED === undefined ? [] : ['test/support/measure.ts'],
    ...SETS[mode],
  },
}));
