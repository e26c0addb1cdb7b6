import { expect, it } from 'vitest';
import { staleDocuments } from '../../scripts/report-docs.js';

it('docs/reports says what the reports say on the bundled data (else: node scripts/report-docs.js)', async () => {
  expect(await staleDocuments()).toEqual([]);
});
