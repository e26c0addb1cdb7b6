import { expect, it } from 'vitest';
import { fuzz } from './fuzz.js';

it('thirty mutated inputs: no crash, no hang, no memory over the limit, good records counted, no personal value said (more: npm run fuzz)', async () => {
  expect(await fuzz(30, 1_000_000)).toEqual([]);
});
