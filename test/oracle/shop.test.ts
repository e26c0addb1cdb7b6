import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Change, envelope, withFiles } from '../changelog/small.js';
import { linesOf } from './support/captures.js';
import { pharmabi, ROOT, replay } from './support/command-line.js';
import { openShop, type Shop, type Table, tablesOf } from './support/shop.js';
import { oracle, type Truth } from './support/truth.js';

/**
 * The oracle's definitions as parameters of the reports: `--count-status pending,paid,shipped` (neither cancelled nor refunded)
 * and `--amount amount_total`; practitioners by the order's own one and the type that they have at the end.
 */
const COUNTED = "STATUS NOT IN ('cancelled', 'refunded')";

const UNITS_AND_NET = 'sum(QUANTITY) AS units, sum(NET) AS revenue';

const QUERIES: Readonly<Record<string, string>> = {
  revenue_by_brand: `SELECT BRAND_ID AS brand_id, BRAND AS brand, ${UNITS_AND_NET}
    FROM {ORDER_LINES} WHERE ${COUNTED} GROUP BY ALL ORDER BY BRAND_ID`,
  revenue_by_product: `SELECT PRODUCT_ID AS product_id, PRODUCT AS product, ${UNITS_AND_NET}
    FROM {ORDER_LINES} WHERE ${COUNTED} GROUP BY ALL ORDER BY PRODUCT_ID`,
  revenue_by_practitioner_type: `SELECT kind AS practitioner_type, count(*) AS n, sum(AMOUNT_TOTAL) AS revenue,
    round(sum(AMOUNT_TOTAL) / count(*), 2)::DECIMAL(18, 2) AS aov
    FROM (SELECT *, CASE WHEN PRACTITIONER_ID IS NOT NULL THEN LAST_TYPE END AS kind FROM {ORDERS_WITH_PRACTITIONER})
    WHERE ${COUNTED} GROUP BY kind ORDER BY kind NULLS FIRST`,
  revenue_by_month_utc: `SELECT strftime(make_timestamp(EVENT_TS * 1000), '%Y-%m') AS ym, count(*) AS n, sum(AMOUNT_TOTAL) AS revenue
    FROM {ORDERS_WITH_PRACTITIONER} WHERE ${COUNTED} GROUP BY ym ORDER BY ym`,
  orders_per_patient: `SELECT PATIENT_ID AS patient_id, count(*) AS n, sum(AMOUNT_TOTAL) AS total, min(EVENT_TS) AS first_ms, max(EVENT_TS) AS last_ms
    FROM {ORDERS_WITH_PRACTITIONER} WHERE ${COUNTED} GROUP BY PATIENT_ID ORDER BY PATIENT_ID`,
  repeat_orders: `SELECT n AS orders_per_patient, count(*) AS patients
    FROM (SELECT count(*) AS n FROM {ORDERS_WITH_PRACTITIONER} WHERE ${COUNTED} GROUP BY PATIENT_ID) GROUP BY n ORDER BY n`,
  prescription_fill: fills('true'),
  prescription_fill_not_cancelled: fills(COUNTED),
};

function fills(counted: string): string {
  return `SELECT p.PRESCRIPTION_ID AS prescription_id, p.PATIENT_ID AS patient_id, p.PRACTITIONER_ID AS practitioner_id,
    count(DISTINCT i.ITEM_ID) AS items, count(DISTINCT f.ITEM_ID) AS items_ordered, count(DISTINCT f.ORDER_ID) AS orders_n,
    min(f.EVENT_TS) AS first_order_ms, max(f.EVENT_TS) AS last_order_ms,
    CASE WHEN items_ordered = 0 THEN 'never' WHEN items_ordered < items THEN 'partly' WHEN orders_n = 1 THEN 'at_once' ELSE 'over_time' END AS fill
    FROM {PRESCRIPTIONS_ISSUED} p JOIN {PRESCRIBED_ITEMS} i USING (PRESCRIPTION_ID)
    LEFT JOIN (SELECT * FROM {PRESCRIPTION_FILLS} WHERE STATUS IS NOT NULL AND ${counted}) f USING (ITEM_ID)
    GROUP BY ALL ORDER BY p.PRESCRIPTION_ID`;
}

const RELATIONS = [
  'ORDER_LINES',
  'ORDERS_WITH_PRACTITIONER',
  'PRESCRIPTIONS_ISSUED',
  'PRESCRIBED_ITEMS',
  'PRESCRIPTION_FILLS',
];

const BY_ORDER = ['revenue_by_practitioner_type', 'revenue_by_month_utc', 'orders_per_patient', 'repeat_orders'];
const ORDERS_ONLY: readonly Table[] = ['patients', 'orders', 'practitioners'];

const CASES: readonly (readonly [string, 'mariadb' | 'postgres', readonly Table[] | undefined])[] = [
  ['A', 'mariadb', undefined],
  ['B', 'mariadb', undefined],
  ['C', 'mariadb', undefined],
  ['F', 'postgres', undefined],
  ['dump of MariaDB', 'mariadb', undefined],
  ['dump of PostgreSQL', 'postgres', undefined],
  ['G', 'mariadb', ORDERS_ONLY],
  ['H', 'mariadb', ORDERS_ONLY],
  ['I', 'mariadb', ORDERS_ONLY],
];

/** The rows of a file of the oracle in the order in which the queries give theirs. */
function truth(database: 'mariadb' | 'postgres', name: string): readonly Truth[] {
  const [key] = Object.keys(oracle(database, name)[0]!);
  const order = (a: string, b: string): number => (/^\d+$/.test(a + b) ? Number(a) - Number(b) : a < b ? -1 : 1);
  return [...oracle(database, name)].sort((a, b) => order(a[key!]!, b[key!]!));
}

for (const [name, database, tables] of CASES) {
  const inputs = tablesOf(name, tables);
  describe.skipIf(!inputs)(`the whole shop of capture ${name}`, () => {
    let shop: Shop;
    beforeAll(async () => {
      shop = await openShop(inputs!, tables === undefined ? RELATIONS : ['ORDERS_WITH_PRACTITIONER']);
    });
    afterAll(() => shop.close());

    it.each(tables === undefined ? Object.keys(QUERIES) : BY_ORDER)('%s is the database’s own', async (file) => {
      const expected = truth(database, file);
      expect(expected.length).toBeGreaterThan(4);
      expect(await shop.query(QUERIES[file]!)).toEqual(expected);
    });

    it.skipIf(tables !== undefined)('the lines of each order add up to what the order is worth', async () => {
      const [sums] = await shop.query(`SELECT count(*) AS orders, count(*) FILTER (net = AMOUNT_SUBTOTAL) AS equal
        FROM {ORDERS_WITH_PRACTITIONER} JOIN (SELECT ORDER_ID, sum(NET) AS net FROM {ORDER_LINES} GROUP BY ORDER_ID) USING (ORDER_ID)`);
      expect(sums!.equal).toBe(sums!.orders);
      expect(Number(sums!.orders)).toBeGreaterThan(1600);
    });
  });
}

/** One event of a topic of capture B as its own JSON has it, repeats removed, in the order of the database's log. */
interface Event {
  /** Place in the log; text that sorts as the log does. */
  readonly place: string;
  readonly at: number;
  readonly snapshot: boolean;
  readonly op: string;
  readonly after: Readonly<Record<string, unknown>> | null;
}

function events(file: string): readonly Event[] {
  const seen = new Map<string, Event>();
  for (const line of linesOf(file)) {
    const { payload } = JSON.parse(line) as { payload: string | null };
    if (payload === null) continue;
    const { source, op, before, after } = JSON.parse(payload);
    if (source.snapshot === 'incremental') continue;
    const place = `${source.file} ${String(source.pos).padStart(12, '0')} ${String(source.row).padStart(6, '0')}`;
    const snapshot = op === 'r';
    seen.set(`${place} ${op} ${(after ?? before)?.id}`, { place, snapshot, op, after, at: source.ts_ms });
  }
  const rank = (e: Event): string => `${e.snapshot ? 0 : 1} ${e.place}`;
  return [...seen.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

const whole = tablesOf('B');
describe.skipIf(!whole)('what was in force, in capture B', () => {
  const [patients, , items, products, , practitioners] = whole ?? [];
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(whole!, [...RELATIONS, 'DISCOUNT_HISTORY', 'PATIENTS_LEFT', 'PRESCRIPTIONS_WITH_TYPE']);
  });
  afterAll(() => shop.close());

  it('a practitioner who changed type counts under the old one until then', async () => {
    const [change, ...more] = events(practitioners!).filter((e) => e.op === 'u');
    const first = events(practitioners!).find((e) => e.op === 'r' && e.after!.id === change!.after!.id);
    expect(more).toEqual([]);
    expect(first!.after!.type).not.toBe(change!.after!.type);
    const rows = await shop.query(
      `SELECT *, EVENT_TS < ${change!.at} AS early FROM {ORDERS_WITH_PRACTITIONER} WHERE RESPONSIBLE_ID = ${change!.after!.id}`,
    );
    const types = new Set(rows.map((row) => `${row.early} ${row.PRACTITIONER_TYPE} ${row.LAST_TYPE}`));
    const now = String(change!.after!.type);
    expect([...types].sort()).toEqual([`false ${now} ${now}`, `true ${first!.after!.type} ${now}`]);
    const [others] = await shop.query(
      `SELECT count(*) AS n FROM {ORDERS_WITH_PRACTITIONER} WHERE RESPONSIBLE_ID <> ${change!.after!.id} AND PRACTITIONER_TYPE IS DISTINCT FROM LAST_TYPE`,
    );
    expect(others!.n).toBe('0');
  });

  it('each streamed line has the prices that its product had in the log before it', async () => {
    const changes = events(products!).filter((e) => !e.snapshot);
    const first = new Map(events(products!).flatMap((e) => (e.snapshot ? [[e.after!.id, e.after!]] : [])));
    const rows = new Map(
      (
        await shop.query(
          'SELECT LINE_ID, QUANTITY, GROSS, WHOLESALE, PRODUCT_BASIS, EVENT_TS FROM {ORDER_LINES} WHERE STATUS IS NOT NULL',
        )
      ).map((row) => [row.LINE_ID, row]),
    );
    let proven = 0;
    const wrong: string[] = [];
    for (const line of events(items!).filter((e) => e.op === 'c')) {
      const row = rows.get(String(line.after!.id));
      if (row?.PRODUCT_BASIS !== 'proven') continue;
      proven += 1;
      const version =
        changes.filter((c) => c.after!.id === line.after!.product_id && c.place < line.place).at(-1)?.after ??
        first.get(line.after!.product_id);
      const list = version!.retail_price ?? version!.rrp;
      const times = (price: unknown): string =>
        (BigInt(String(price).replace('.', '')) * BigInt(row.QUANTITY!)).toString();
      if (
        row.GROSS!.replace('.', '') !== times(list) ||
        row.WHOLESALE!.replace('.', '') !== times(version!.wholesale_price)
      )
        wrong.push(String(line.after!.id));
    }
    expect(wrong).toEqual([]);
    expect(proven).toBeGreaterThan(6000);
  });

  it('lines from before the log, and late ones, say that their product’s version is assumed', async () => {
    const rows = await shop.query(
      'SELECT PRODUCT_BASIS AS basis, count(*) AS lines, bool_and(GROSS IS NOT NULL) AS priced FROM {ORDER_LINES} GROUP BY basis ORDER BY basis',
    );
    expect(rows.map((row) => [row.basis, row.priced])).toEqual([
      ['assumed', 'true'],
      ['proven', 'true'],
    ]);
  });

  it('the discount history is the one that the database journalled', async () => {
    const journal = oracle('mariadb', 'discount_history').filter((e) => e.phase === 'stream' && e.valid_from !== '');
    expect(journal.length).toBeGreaterThan(500);
    const rows = await shop.query('SELECT PATIENT_ID, CHANGED_AT, DISCOUNT FROM {DISCOUNT_HISTORY}');
    const ours = new Map(rows.map((row) => [`${row.PATIENT_ID} ${row.CHANGED_AT}`, row.DISCOUNT]));
    expect(ours.size).toBe(rows.length);
    const last = new Map(journal.map((e) => [`${e.patient_id} ${e.valid_from}`, e.discount]));
    expect([...last].filter(([key, discount]) => ours.get(key) !== discount).map(([key]) => key)).toEqual([]);
  });

  it('patients leave when their delete was committed', async () => {
    const deleted = events(patients!).filter((e) => e.op === 'd');
    const rows = await shop.query('SELECT LEFT_AT, PRESENT FROM {PATIENTS_LEFT} ORDER BY LEFT_AT');
    expect(rows.map((row) => Number(row.LEFT_AT))).toEqual(deleted.map((e) => e.at).sort((a, b) => a - b));
    expect(new Set(rows.map((row) => row.PRESENT))).toEqual(new Set(['0']));
  });

  it('every prescription has the type of its practitioner', async () => {
    const [row] = await shop.query(
      'SELECT count(*) AS n, count(PRACTITIONER_TYPE) AS typed FROM {PRESCRIPTIONS_WITH_TYPE}',
    );
    expect(row).toEqual({ n: '556', typed: '556' });
  });
});

const [patientsFile, ordersFile] = tablesOf('B', ['patients', 'orders']) ?? [];
describe.skipIf(!patientsFile)('an export that lacks a table', () => {
  const inputs = [patientsFile!, ordersFile!];

  it('still gives what needs only orders and patients', async () => {
    expect((await replay('ORDERS_PLACED', inputs)).length).toBe(4708);
  });

  it.each([
    ['ORDER_LINES', ['brands', 'order_items', 'products']],
    ['ORDERS_WITH_PRACTITIONER', ['practitioners']],
    ['PRESCRIPTION_FILLS', ['order_items', 'prescription_items']],
    ['ORDERS_WITH_SHIPPING', ['shipping_methods']],
  ])('%s names the topics that it misses, and nothing else', async (relation, topics) => {
    const done = await pharmabi(['replay', relation, ...inputs], { cwd: ROOT });
    expect(done.code).toBe(3);
    const named = [...done.stderr.matchAll(/No file holds the topic "(\w+)"/g)].map((match) => match[1]);
    expect(named.sort()).toEqual(topics);
  });
});

describe('what a log may show and the captures do not', () => {
  const day = 86_400;
  const patient = {
    id: 1,
    practitioner_id: 1,
    practitioner_discount: '-5.00',
    practitioner_discount_changed_at: 90 * day * 1000,
    register_date: 80 * day * 1000,
  };
  const prescription = {
    id: 1,
    patient_id: 1,
    practitioner_id: 1,
    issued_at: 100 * day * 1000,
    valid_until: 465,
    repeats: 0,
  };
  const item = { id: 11, prescription_id: 1, product_id: 3, quantity: 2 };
  const lines = (...changes: readonly Change[]): string => changes.map((change) => `${envelope(change)}\n`).join('');
  const files = {
    'patients.ndjson': lines({ table: 'patients', op: 'c', pos: 1, at: 90 * day, after: patient }),
    'prescriptions.ndjson': lines(
      { table: 'prescriptions', op: 'c', pos: 2, at: 100 * day, after: prescription },
      { table: 'prescriptions', op: 'c', pos: 3, at: 100 * day, after: { ...prescription, id: 2, patient_id: 7 } },
      { table: 'prescriptions', op: 'd', pos: 9, at: 120 * day, before: prescription },
    ),
    'prescription_items.ndjson': lines(
      { table: 'prescription_items', op: 'c', pos: 4, at: 100 * day, after: item },
      { table: 'prescription_items', op: 'c', pos: 5, at: 100 * day, after: { ...item, id: 12, prescription_id: 2 } },
      { table: 'prescription_items', op: 'd', pos: 8, at: 120 * day, before: item },
    ),
  };

  it('a prescription that was withdrawn stays with its items, its discount, and the instant', async () => {
    await withFiles(files, async (folder) => {
      const shop = await openShop([folder], ['PRESCRIPTIONS_ISSUED', 'PRESCRIBED_ITEMS']);
      expect(
        await shop.query(
          'SELECT PRESCRIPTION_ID AS id, WITHDRAWN_AT AS gone, DISCOUNT_LEVEL AS level FROM {PRESCRIPTIONS_ISSUED} ORDER BY id',
        ),
      ).toEqual([
        { id: '1', gone: String(120 * day * 1000), level: '-5.00' },
        { id: '2', gone: '', level: 'unknown' },
      ]);
      expect(await shop.query('SELECT ITEM_ID AS id, WITHDRAWN AS gone FROM {PRESCRIBED_ITEMS} ORDER BY id')).toEqual([
        { id: '11', gone: 'true' },
        { id: '12', gone: 'false' },
      ]);
      shop.close();
    });
  });
});
