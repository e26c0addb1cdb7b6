import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say } from './support/in-process.js';

const home = process.cwd();
const cwd = mkdtempSync(join(tmpdir(), 'pharmabi-own-'));
beforeAll(() => process.chdir(cwd));
afterAll(() => {
  process.chdir(home);
  rmSync(cwd, { recursive: true, force: true });
});

type Row = Readonly<Record<string, string | number | null>>;

async function relation(name: string): Promise<readonly Row[]> {
  const { exit, stdout, stderr } = await say(['replay', name, '--format', 'json', '--quiet'], { cwd });
  expect(exit, stderr).toBe(0);
  return JSON.parse(stdout) as readonly Row[];
}

describe('the report file that ships', () => {
  it('gives what its relations hold, in every form, and can be verified without the file', async () => {
    writeFileSync('mine.sql', readFileSync(join(home, 'examples/orders-by-clinic.sql')));
    const outs = ['json', 'csv', 'xlsx', 'html', 'md'].flatMap((form) => ['--out', `out.${form}`]);
    const made = await say(['report', './mine.sql', '--min-orders', '50', ...outs], { cwd });
    expect(made.exit, made.stderr).toBe(0);
    const report = JSON.parse(readFileSync('out.json', 'utf8')) as {
      tables: { rows: readonly Row[] } & { rows?: unknown };
    };
    const rows = (report.tables as unknown as Record<string, readonly Row[]>).rows!;

    const clinics = new Map((await relation('ORDERS_WITH_CLINIC')).map((row) => [row.ORDER_ID, row]));
    const sums = new Map<string, { orders: number; patients: Set<unknown>; cents: number }>();
    for (const order of await relation('ORDERS_PLACED')) {
      const clinic = clinics.get(order.ORDER_ID!);
      if (!['paid', 'shipped'].includes(String(order.STATUS)) || clinic === undefined || clinic.CLINIC === null)
        continue;
      const name = `${clinic.CLINIC}${clinic.SUBURB === null ? '' : ` (${clinic.SUBURB})`}`;
      const sum = sums.get(name) ?? { orders: 0, patients: new Set(), cents: 0 };
      sum.orders += 1;
      sum.patients.add(order.PATIENT_ID);
      sum.cents += Math.round(Number(order.AMOUNT_SUBTOTAL) * 100);
      sums.set(name, sum);
    }
    const expected = [...sums]
      .filter(([, { orders }]) => orders >= 50)
      .map(([clinic, s]) => ({ clinic, orders: s.orders, patients: s.patients.size, revenue: s.cents / 100 }))
      .sort((a, b) => b.revenue - a.revenue);
    expect(expected.length).toBeGreaterThan(5);
    expect(rows.map(({ clinic, orders, patients, revenue }) => ({ clinic, orders, patients, revenue }))).toEqual(
      expected,
    );

    const manifest = JSON.parse(readFileSync('out.json.manifest.json', 'utf8')) as {
      command: { file: { text: string } };
    };
    expect(manifest.command.file).toMatchObject({ name: 'mine.sql', text: readFileSync('mine.sql', 'utf8') });
    rmSync('mine.sql');
    const verified = await say(['verify', 'out.json.manifest.json'], { cwd });
    expect(verified.stdout).toBe('out.json.manifest.json: equal (12 inputs, 5 outputs)\n');
    const edited = JSON.stringify({
      ...manifest,
      command: { ...manifest.command, file: { ...manifest.command.file, text: 'SELECT 1' } },
    });
    writeFileSync('edited.json', edited);
    const refused = await say(['verify', 'edited.json'], { cwd });
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain('the text of its report does not have the digest');
  });

  it('has a page of help, takes its own options only, and can be tried without reading', async () => {
    const help = await say(['report', 'examples/orders-by-clinic.sql', '--help'], { cwd });
    expect(help.stdout).toMatch(/^pharmabi report examples\/orders-by-clinic\.sql \[INPUT\.\.\.\]/);
    expect(help.stdout).toContain('--min-orders N');
    const wrong = await say(['report', 'examples/orders-by-clinic.sql', '--min-order', '3'], { cwd });
    expect(wrong.exit).toBe(2);
    expect(wrong.stderr).toContain('Did you mean --min-orders?');
    const dry = await say(['report', 'examples/orders-by-clinic.sql', '--dry-run'], { cwd });
    expect(dry.stdout).toContain('reads ORDERS_WITH_CLINIC (ORDER_ID, CLINIC, SUBURB)');
    expect((await say(['report', './nowhere.sql'], { cwd })).stderr).toContain('error[report-not-readable]');
  });

  it('shows a mistake in its text with a caret', async () => {
    writeFileSync(
      'bad.sql',
      `${readFileSync(join(home, 'examples/orders-by-clinic.sql'), 'utf8').split('\n\n')[0]}\n\nSELECT * FROM read_csv('/etc/passwd')\n`,
    );
    const { exit, stderr } = await say(['report', './bad.sql'], { cwd });
    expect(exit).toBe(2);
    expect(stderr).toContain('error[own-report-function]: read_csv() is not for reports');
    expect(stderr).toMatch(
      / {2}--> bad\.sql:15:15\n.*\n 15 \| SELECT \* FROM read_csv\('\/etc\/passwd'\)\n +\| +\^{8}\n/,
    );
  });
});
