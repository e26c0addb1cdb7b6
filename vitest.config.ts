import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    pool: 'forks',
    maxWorkers: 2,
    // The built program is loaded as Node loads it.
    server: { deps: { external: [/\/dist\/program\//] } },
    // Only where scripts/slowest-tests.js asks for it.
    setupFiles: process.env.PHARMABI_MEASURED === undefined ? [] : ['test/support/measure.ts'],
  },
});
