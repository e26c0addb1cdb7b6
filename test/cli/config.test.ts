import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say } from './support/in-process.js';
import { OTHER_SHOP, tablesYaml, writeRenamed } from './support/renamed.js';

const home = process.cwd();
const cwd = mkdtempSync(join(tmpdir(), 'pharmabi-config-'));
/** The files of the bundled export that the other shop's are made of. */
const SAME = ['orders', 'patients'].map((table) =>
  join(home, `fixtures/captures/B-json-plain/kcat/shopb.pharmacy.${table}.kcat.ndjson.gz`),
);
const write = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

interface Row {
  readonly name: string;
  readonly value: unknown;
  readonly from: string;
  readonly where: string | null;
}

async function shown(argv: readonly string[], env = {}): Promise<ReadonlyMap<string, Row>> {
  const { exit, stdout, stderr } = await say([...argv, '--show-config', '--format', 'json'], { cwd, env });
  expect(exit, stderr).toBe(0);
  const rows = (JSON.parse(stdout) as { values: readonly Row[] }).values;
  return new Map(rows.map((row) => [row.name, row]));
}

beforeAll(async () => {
  process.chdir(cwd);
  await writeRenamed(join(cwd, 'export'), OTHER_SHOP, 'erp.sales');
});

afterAll(() => {
  process.chdir(home);
  rmSync(cwd, { recursive: true, force: true });
});

describe('where a value comes from', () => {
  it('option before environment before configuration before default', async () => {
    write(
      'layers.yaml',
      'baseline: open\ntime-zone: Europe/Berlin\norder: as-published\nconfidence: 0.90\nstrict: true\n',
    );
    const env = { PHARMABI_BASELINE: 'strict', PHARMABI_TIME_ZONE: 'Asia/Tokyo', PHARMABI_STRICT: '0' };
    const line = ['report', 'discount-impact', '--config', 'layers.yaml', '--time-zone', 'America/Lima'];
    const rows = await shown(line, env);
    expect(rows.get('time-zone')).toEqual({
      name: 'time-zone',
      value: 'America/Lima',
      from: 'option',
      where: '--time-zone',
    });
    expect(rows.get('baseline')).toMatchObject({ value: 'strict', from: 'environment', where: 'PHARMABI_BASELINE' });
    expect(rows.get('strict')).toMatchObject({ value: false, from: 'environment', where: 'PHARMABI_STRICT' });
    expect(rows.get('order')).toMatchObject({ value: 'as-published', from: 'config', where: 'layers.yaml:3:8' });
    expect(rows.get('confidence')).toMatchObject({ value: '0.90', from: 'config', where: 'layers.yaml:4:13' });
    expect(rows.get('interval')).toMatchObject({ value: 't', from: 'default', where: null });
    expect((await shown([...line, '--confidence', '0.8'])).get('confidence')).toMatchObject({
      value: '0.8',
      from: 'option',
    });
  });

  it('a parameter of one report wins over that of all', async () => {
    write('reports.yaml', 'min-orders: 50\nreports:\n  discount-impact: { min-orders: 40 }\n');
    const rows = await shown(['report', 'discount-impact', '--config', 'reports.yaml']);
    expect(rows.get('min-orders')).toMatchObject({ value: '40', where: 'reports.yaml:3:34' });
    expect(
      (await shown(['report', 'discount-sweet-spot', '--config', 'reports.yaml'])).get('min-orders'),
    ).toMatchObject({
      value: '50',
    });
  });

  it('pharmabi.yaml is found in the working folder, and in none above it', async () => {
    mkdirSync(join(cwd, 'shop/below'), { recursive: true });
    write('shop/pharmabi.yaml', 'order: as-published\n');
    const ask = async (folder: string): Promise<string> =>
      (await say(['replay', '--show-config'], { cwd: join(cwd, folder) })).stdout;
    expect(await ask('shop')).toMatch(
      /^configuration: pharmabi\.yaml\n[\s\S]*\norder +as-published +pharmabi\.yaml:1:8\n/,
    );
    expect(await ask('shop/below')).toMatch(/^configuration: none\n[\s\S]*\norder +event-time +default\n/);
  });

  it('paths of a configuration start from it', async () => {
    write('shop/paths.yaml', 'pipeline: own.ksql\npolicy: ../p.yaml\n');
    const rows = await shown(['report', 'discount-impact', '--config', 'shop/paths.yaml']);
    expect(rows.get('pipeline')?.value).toBe(join('shop', 'own.ksql'));
    expect(rows.get('policy')?.value).toBe('p.yaml');
  });

  it('a wrong value is shown where it stands', async () => {
    write('wrong.yaml', '# first\nuntil: yesterday\nreports: { discount-impact: { level-width: wide } }\n');
    const { exit, stderr } = await say(['report', 'discount-impact', '--config', 'wrong.yaml'], { cwd });
    expect(exit).toBe(2);
    expect(stderr).toContain('--> wrong.yaml:2:8');
    expect(stderr).toContain(' 2 | until: yesterday\n   |        ^^^^^^^^^');
    expect(stderr).toContain('--> wrong.yaml:3:44');
    const missing = await say(['report', 'discount-impact', '--config', 'nowhere.yaml'], { cwd });
    expect(missing.exit).toBe(2);
    expect(missing.stderr).toContain('error[config-not-readable]: The configuration nowhere.yaml cannot be read');
  });
});

describe('a shop with other names', () => {
  const tables = (stdout: string): unknown => (JSON.parse(stdout) as { tables: unknown }).tables;

  it('gets the report of the bundled shop, and can verify it without the configuration', async () => {
    write('other.yaml', tablesYaml(OTHER_SHOP));
    const run = ['report', 'discount-impact', 'export', '--config', 'other.yaml', '--no-cache'];
    const ours = await say([...run, '--out', 'ours.json'], { cwd });
    expect(ours.exit, ours.stderr).toBe(0);
    expect(ours.stderr).toContain('configuration: other.yaml');
    const bundled = await say(['report', 'discount-impact', ...SAME, '--format', 'json', '--quiet'], { cwd });
    expect(tables(readFileSync('ours.json', 'utf8'))).toEqual(tables(bundled.stdout));
    const manifest = JSON.parse(readFileSync('ours.json.manifest.json', 'utf8')) as {
      pipeline: { tables: Record<string, { topic: string; columns: Record<string, string> }> };
    };
    expect(manifest.pipeline.tables.orders).toMatchObject({ topic: 'crm_orders', columns: { user_id: 'customer_no' } });
    rmSync('other.yaml');
    const verified = await say(['verify', 'ours.json.manifest.json'], { cwd });
    expect(verified.stdout).toMatch(/^ours\.json\.manifest\.json: equal/);
  });

  it('is told of its policy by the names of the pipeline: what that drops cannot be mapped in', async () => {
    write('leak.yaml', tablesYaml(OTHER_SHOP, []).replace('      email: mail\n', '').replace('rebate\n', 'mail\n'));
    write(
      'policy.yaml',
      'version: 1\ntables:\n  patients:\n    persons: true\n    columns:\n      practitioner_discount: drop\n',
    );
    const line = ['report', 'discount-impact', 'export', '--config', 'leak.yaml'];
    const refused = await say([...line, '--policy', 'policy.yaml'], { cwd });
    expect(refused.exit).toBe(4);
    expect(refused.stderr).toContain('error[column-dropped-by-policy]: The pipeline uses patients.mail (in USERS)');
    expect(refused.stderr).not.toContain('@');
  });

  it('is pointed to the line of a name that the data or the pipeline do not have', async () => {
    const good = tablesYaml(OTHER_SHOP);
    write('data.yaml', good.replace('crm_orders', 'crm_order'));
    const data = await say(['report', 'discount-impact', 'export', '--config', 'data.yaml'], { cwd });
    expect(data.exit).toBe(3);
    expect(data.stderr).toContain('--> data.yaml:3:12, topic crm_order');
    expect(data.stderr).toContain('Did you mean crm_orders?');
    write('key.yaml', good.replace('id: order_no', 'id: order_nr'));
    const key = await say(['report', 'discount-impact', 'export', '--config', 'key.yaml'], { cwd });
    expect(key.exit).toBe(3);
    expect(key.stderr).toContain('--> key.yaml:5:11, topic crm_orders');
    expect(key.stderr).toContain('order_no for order_nr');
    write(
      'pipeline.yaml',
      good.replace('orders:', 'ordres:').replace('rebate_since', 'x').replace('practitioner_discount:', 'discount:'),
    );
    const pipeline = await say(['check', '--config', 'pipeline.yaml'], { cwd });
    expect(pipeline.exit).toBe(4);
    expect(pipeline.stderr).toContain('--> pipeline.yaml:2:3');
    expect(pipeline.stderr).toContain('Did you mean orders?');
    expect(pipeline.stderr).toContain('No source over "patients" declares a column "discount".');
  });
});

describe('--dry-run', () => {
  it('lists what a run reads and writes, and touches nothing', async () => {
    write('dry.yaml', tablesYaml(OTHER_SHOP));
    const before = readdirSync(cwd).sort();
    const line = ['report', 'discount-impact', 'export', '--config', 'dry.yaml', '--out', 'dry.csv', '--dry-run'];
    const { exit, stdout } = await say(line, { cwd });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/reads ORDERS_WITH_DISCOUNT \(/);
    expect(stdout).toContain('topics crm_orders, customers\n');
    expect(stdout).toMatch(/input erp\.sales\.crm_orders\.kcat\.ndjson \(\d+ bytes\)\n/);
    expect(stdout).toContain('output dry.csv\noutput dry.csv.manifest.json\n');
    const book = await say(['report', 'all', 'export', '--config', 'dry.yaml', '--out', 'book', '--dry-run'], { cwd });
    expect(book.exit, book.stderr).toBe(0);
    expect(existsSync('book')).toBe(false);
    const replay = await say(['replay', 'ORDERS', 'export', '--config', 'dry.yaml', '--dry-run', '--out', 'r.csv'], {
      cwd,
    });
    expect(replay.stdout).toContain('reads ORDERS\ntopics crm_orders\n');
    expect(readdirSync(cwd).sort()).toEqual(before);
  });

  it('refuses what a run would refuse before reading', async () => {
    const ask = async (...more: string[]): Promise<number> =>
      (await say(['report', 'discount-impact', '--dry-run', ...more], { cwd })).exit;
    write('broken.ksql', 'CREATE STREAM S (ID BIGINT KEY) WITH (KAFKA_TOPIC=orders);');
    expect(await ask('--pipeline', 'broken.ksql')).toBe(4);
    expect(await ask('nowhere/')).toBe(3);
    expect(await ask('--confidence', '2', '--level-width', 'x')).toBe(2);
  });
});

describe('a pipeline that lacks what a report reads', () => {
  it('is told what, the nearest name, and which reports run with it', async () => {
    const shipped = readFileSync(new URL('../../pipelines/pharmacy.ksql', import.meta.url), 'utf8');
    write(
      'renamed.ksql',
      shipped.replaceAll('PRESCRIPTION_FILLS', 'PRESCRIPTIONS_FILLED').replaceAll('RESPONSIBLE_ID', 'ADVISER_ID'),
    );
    const fills = await say(['report', 'prescription-fill', '--pipeline', 'renamed.ksql'], { cwd });
    expect(fills.exit).toBe(4);
    expect(fills.stderr).toContain(
      'error[report-relation]: The report prescription-fill needs the stream or table PRESCRIPTION_FILLS, which renamed.ksql does not give.',
    );
    expect(fills.stderr).toContain('Did you mean PRESCRIPTIONS_FILLED?');
    expect(fills.stderr).toMatch(/Reports that run with it: [a-z, -]*discount-impact/);
    expect(fills.stderr).not.toMatch(/Reports that run with it: [a-z, -]*prescription-fill/);
    const types = await say(['report', 'practitioner-type', '--pipeline', 'renamed.ksql'], { cwd });
    expect(types.stderr).toContain('needs the column RESPONSIBLE_ID of ORDERS_WITH_PRACTITIONER');
    const impact = await say(['report', 'discount-impact', '--pipeline', 'renamed.ksql', '--quiet'], { cwd });
    expect(impact.exit, impact.stderr).toBe(0);
  });
});
