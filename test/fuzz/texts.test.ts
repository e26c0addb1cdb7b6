import { expect, it } from 'vitest';
import { fuzzTexts } from './texts.js';

it('fifteen mutants each of reports, policies, configurations and manifests end with 0 to 4 (more: npm run fuzz:texts)', async () => {
  expect(await fuzzTexts(15, 1_000_000)).toEqual([]);
});
