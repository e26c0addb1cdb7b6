import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Change, envelope } from '../changelog/small.js';
import { type ReportDocument, succeed, temporaryFolder } from '../oracle/support/command-line.js';

const DAY = 86_400;
/** Noon of a day of January 2026, seconds. */
const noon = (day: number): number => Date.UTC(2026, 0, day, 12) / 1000;

/** Fills of one item for 10 days each, on 1, 14 and 20 January; the prescription holds until the 30th. */
const FILLS = [1, 14, 20];
const ITEM = { id: 11, prescription_id: 1, product_id: 3, quantity: 2 };

function tables(supply: object): Readonly<Record<string, readonly Change[]>> {
  const patient = { id: 1, practitioner_id: 1, practitioner_discount: '0.00', register_date: 0 };
  const changed = { practitioner_discount_changed_at: noon(1) * 1000 - 1 };
  return {
    patients: [{ table: 'patients', op: 'c', pos: 1, at: noon(1) - 2, after: { ...patient, ...changed } }],
    prescriptions: [
      {
        ...{ table: 'prescriptions', op: 'c', pos: 2, at: noon(1) - 1 },
        after: {
          ...{ id: 1, patient_id: 1, practitioner_id: 1, issued_at: (noon(1) - 1) * 1000 },
          ...{ valid_until: Math.floor(noon(30) / DAY), repeats: 2 },
        },
      },
    ],
    prescription_items: [
      { table: 'prescription_items', op: 'c', pos: 3, at: noon(1) - 1, after: { ...ITEM, ...supply } },
    ],
    orders: [...FILLS, 31].map((day, i) => ({
      ...{ table: 'orders', op: 'c', pos: 10 + 2 * i, at: noon(day) },
      after: {
        ...{ id: i + 1, user_id: 1, practitioner_id: 1, clinic_id: 1, amount_total: '10.00', amount_subtotal: '10.00' },
        ...{ status: 'paid', date: noon(day) * 1000 },
      },
    })),
    order_items: FILLS.map((day, i) => ({
      ...{ table: 'order_items', op: 'c', pos: 11 + 2 * i, at: noon(day) },
      after: {
        ...{ id: i + 1, order_id: i + 1, product_id: 3, prescription_item_id: 11, quantity: 2, unit_price: '5.00' },
      },
    })),
  };
}

async function report(cwd: string, name: string, supply: object): Promise<ReportDocument> {
  mkdirSync(join(cwd, name));
  for (const [table, changes] of Object.entries(tables(supply)))
    writeFileSync(join(cwd, name, `${table}.ndjson`), changes.map((change) => `${envelope(change)}\n`).join(''));
  const options = ['--format', 'json', '--small-numbers', 'off'];
  const { stdout, stderr } = await succeed(['report', 'prescription-fill', name, ...options], { cwd });
  expect(stderr).not.toContain('DAYS_SUPPLY');
  return JSON.parse(stdout) as ReportDocument;
}

describe('repeats with days of supply', () => {
  let cwd: string;
  beforeAll(() => {
    cwd = temporaryFolder();
  });

  it('are followed from the first fill to the end of the validity', async () => {
    const { tables: made } = await report(cwd, 'with', { days_supply: 10 });
    const [pdc, mpr, late] = made.adherence!;
    // 1-10, 14-23 and, carried over, 24-30 January: 27 of 30 days; 30 days are supplied.
    expect(pdc).toMatchObject({ n: 1, mean: 27 / 30, median: 27 / 30, k: 1, share: 1 });
    expect(mpr).toMatchObject({ n: 1, mean: 1, k: null });
    // 13 days after a fill for 10, then 6.
    expect(late).toMatchObject({ n: 2, patients: 1, mean: -0.5, median: -0.5, k: 1, share: 0.5 });
  });

  it('are counted only where the export has none, which the report says', async () => {
    const { tables: made, notes } = await report(cwd, 'without', {});
    expect(made.adherence).toBeUndefined();
    expect(made.repeats).toMatchObject([{ fills_used: 3, fills_allowed: 3 }]);
    expect(notes.join('\n')).toContain('no days of supply (prescription_items.days_supply)');
  });
});
