import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'lossless-json';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT, succeed, temporaryFolder } from './support/command-line.js';
import { inserted, type SqlValue } from './support/sql-values.js';

const FOLDER = join(ROOT, 'fixtures/captures/X-edge-types');
const sql = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

type Line = Readonly<Record<string, unknown>>;

/** JSON with its numbers as text, digit by digit. */
const digits = (text: string): unknown => parse(text, undefined, String);

/** The changelog of table T over the capture, as text: numbers keep their digits. */
async function changes(topic: string, columns: Readonly<Record<string, string>>): Promise<readonly Line[]> {
  const pipeline = join(temporaryFolder(), 'edge.ksql');
  const declared = Object.entries(columns).map(([name, type]) => `\`${name}\` ${type}`);
  writeFileSync(
    pipeline,
    `CREATE TABLE T (${declared.join(', ')}) WITH (KAFKA_TOPIC='${topic}', KEY_FORMAT='JSON', VALUE_FORMAT='JSON');`,
  );
  const input = join(FOLDER, `kcat/${topic}.kcat.ndjson.gz`);
  const options = ['--pipeline', pipeline, '--changes', '--format', 'ndjson', '--strict', '--policy', 'none'];
  const { stdout } = await succeed(['replay', 'T', input, ...options]);
  const exact = (line: string): Line => digits(line) as Line;
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map(exact);
}

/** A value that the connector has changed or lost before any reader sees it: what comes out instead, and why. */
interface Loss {
  readonly is: unknown;
  readonly why: string;
}

type Spelling = (value: Exclude<SqlValue, null>) => unknown;

function check(
  line: Line,
  row: Readonly<Record<string, SqlValue>>,
  spell: Readonly<Record<string, Spelling>>,
  losses: Readonly<Record<string, Loss>>,
): void {
  for (const [name, value] of Object.entries(row)) {
    const loss = losses[name];
    const truth = value === null ? null : spell[name]!(value);
    if (loss !== undefined) expect(loss.is, `${name} is no loss: ${loss.why}`).not.toEqual(truth);
    expect(line[name], name).toEqual(loss === undefined ? truth : loss.is);
  }
}

const as = (value: Exclude<SqlValue, null>): string => value.text;
const bits =
  (width: number): Spelling =>
  ({ text }) =>
    text.padStart(width, '0');
const number: Spelling = ({ text }) => Number(text);
const instant = (text: string): string => `${text.replace(' ', 'T')}.000Z`;

describe('capture X, MariaDB: what its SQL wrote comes out to the last digit, or the loss is the connector’s', () => {
  const TYPES = {
    id: 'VARCHAR PRIMARY KEY',
    d65: 'VARCHAR',
    d0: 'DECIMAL(5, 0)',
    dt0: 'DATE',
    dtm0: 'TIMESTAMP',
    ts0: 'TIMESTAMP',
    tm: 'VARCHAR',
    y: 'INTEGER',
    b8: 'VARCHAR',
    b64: 'VARCHAR',
    mi: 'INTEGER',
    bi: 'BIGINT',
    f: 'DOUBLE',
    dbl: 'DOUBLE',
    c: 'VARCHAR',
    vb: 'BYTES',
    g: 'STRUCT<`x` DOUBLE, `y` DOUBLE>',
    js: 'VARCHAR',
    lt: 'VARCHAR',
  };
  const SPELL: Readonly<Record<string, Spelling>> = {
    id: as,
    d65: as,
    d0: as,
    dt0: as,
    dtm0: ({ text }) => instant(text),
    ts0: ({ text }) => instant(text),
    tm: as,
    y: as,
    b8: bits(8),
    b64: bits(64),
    mi: as,
    bi: as,
    f: number,
    dbl: number,
    c: as,
    vb: ({ text, kind }) => Buffer.from(text, kind === 'hex' ? 'hex' : 'utf8').toString('base64'),
    g: ({ text }) => {
      const [x, y] = text.split(',').map((part) => Number(part).toFixed(1));
      return { x, y };
    },
    js: as,
    lt: as,
  };
  const ZERO = { is: null, why: 'a zero date is no date: the connector sends null' };
  const LOSSES: Readonly<Record<string, Readonly<Record<string, Loss>>>> = {
    '18446744073709551615': {
      dt0: ZERO,
      dtm0: ZERO,
      c: { is: 'ab', why: 'MariaDB itself drops the padding of CHAR' },
    },
    '1': { f: { is: 0, why: 'MariaDB reads the literal -0.0 as a decimal, which has no negative zero' } },
  };
  const rows = inserted(sql('edge_mysql.sql'));
  let lines: readonly Line[] = [];
  beforeAll(async () => {
    const found = await changes('edgem.edge.t', TYPES);
    lines = found.map((line) => ({
      ...line,
      ...(typeof line.f === 'string' && { f: Number(line.f) }),
      ...(typeof line.dbl === 'string' && { dbl: Number(line.dbl) }),
    }));
  });

  it.each(['18446744073709551615', '1', '2'])('row %s, as the snapshot has it', (id) => {
    const row = rows.find((r) => r.id!.text === id)!;
    const first = lines.find((line) => line.id === id)!;
    check(first, row, SPELL, LOSSES[id] ?? {});
  });

  it('the updates and the delete that followed', () => {
    const last = (id: string): Line => lines.filter((line) => line.id === id).at(-1)!;
    expect(sql('edge_mysql.sql')).toContain('SET d0=8 WHERE id=2');
    expect(last('2').d0).toBe('8');
    expect(sql('edge_mysql.sql')).toContain("dt0='2024-02-29', dtm0='2024-02-29 12:00:00'");
    expect([last('18446744073709551615').dt0, last('18446744073709551615').dtm0]).toEqual([
      '2024-02-29',
      '2024-02-29T12:00:00.000Z',
    ]);
    expect([last('1').TOMBSTONE, last('2').TOMBSTONE]).toEqual([true, false]);
    expect(lines).toHaveLength(6);
  });

  it('the same bytes as other types: bits and unsigned numbers as numbers', async () => {
    const found = await changes('edgem.edge.t', {
      id: 'DECIMAL(20, 0) PRIMARY KEY',
      b8: 'INTEGER',
      b64: 'DECIMAL(20, 0)',
      d0: 'BIGINT',
      dt0: 'VARCHAR',
      tm: 'BIGINT',
    });
    const of = (id: string): Line => found.find((line) => line.id === id)!;
    expect(of('18446744073709551615')).toMatchObject({
      b8: String(0b10000001),
      b64: String(2n ** 64n - 1n),
      d0: '-99999',
      tm: String(-(838n * 3600n + 59n * 60n + 59n) * 1_000_000n),
    });
    expect(of('1')).toMatchObject({ b8: '0', b64: '0', dt0: '1000-01-01' });
  });
});

describe('capture X, PostgreSQL', () => {
  const TYPES = {
    id: 'BIGINT PRIMARY KEY',
    n: 'VARCHAR',
    n52: 'DECIMAL(5, 2)',
    m: 'DECIMAL(19, 2)',
    iv: 'BIGINT',
    tz: 'VARCHAR',
    ts: 'VARCHAR',
    d: 'VARCHAR',
    tm: 'VARCHAR',
    tmz: 'VARCHAR',
    u: 'VARCHAR',
    ip: 'VARCHAR',
    j: 'VARCHAR',
    jb: 'VARCHAR',
    arr: 'ARRAY<INTEGER>',
    tx: 'ARRAY<VARCHAR>',
    r4: 'DOUBLE',
    r8: 'DOUBLE',
    b: 'VARCHAR',
    rng: 'VARCHAR',
    x: 'VARCHAR',
    c: 'VARCHAR',
    big: 'VARCHAR',
  };
  /** `{1,NULL,3}`, `{"a,b","c\"d"}`: the two arrays of the script. */
  const array: Spelling = ({ text }) => digits(`[${text.slice(1, -1).replaceAll('NULL', 'null')}]`);
  const SPELL: Readonly<Record<string, Spelling>> = {
    ...Object.fromEntries(Object.keys(TYPES).map((name) => [name, as])),
    n52: ({ text }) => Number(text).toFixed(2),
    m: ({ text }) => text.replace(/[$,]/g, ''),
    // PostgreSQL's JSONB spells its own way: a space after a colon.
    jb: ({ text }) => text.replace('":', '": '),
    arr: array,
    tx: array,
    c: ({ text }) => text.padEnd(5),
  };
  const INFINITE = 'the connector sends a number that no calendar has: it stays the number';
  /** Months of 30.4375 days, to the microsecond. */
  const interval = (months: number, days: number, seconds: number): string =>
    String(BigInt(Math.round((months * 30.4375 + days) * 86_400_000) + Math.round(seconds * 1000)) * 1000n);
  const COMMON = 'a time with a zone is sent in UTC: the same instant, the zone is lost';
  const rows = inserted(sql('edge_pg.sql'));
  let lines: readonly Line[] = [];
  beforeAll(async () => {
    lines = await changes('edgep.edge.t', TYPES);
  });
  const versions = (id: string): readonly Line[] => lines.filter((line) => line.id === id);

  it('row 1: infinities, 24:00, NaN', () => {
    const row = rows.find((r) => r.id!.text === '1')!;
    const losses = {
      n: { is: null, why: 'NaN in a NUMERIC is sent as null' },
      iv: {
        is: interval(14, 3, 4 * 3600 + 5 * 60 + 6.789),
        why: 'an INTERVAL is sent as microseconds, months as 30.4375 days',
      },
      ts: { is: '-9223372036832400000', why: INFINITE },
      d: { is: '-622191234', why: INFINITE },
      tmz: { is: '00:00:00Z', why: COMMON },
    };
    check(versions('1')[0]!, row, SPELL, losses);
    check(versions('1')[1]!, { ...row, n52: { text: '-5.00', kind: 'number' } }, SPELL, {
      ...losses,
      // Another number than in the snapshot for the same stored value.
      d: { is: '-2147472692', why: INFINITE },
    });
  });

  it('row 9007199254740993: a key above 2^53, 39 digits, years before Christ', () => {
    const row = rows.find((r) => r.id!.text === '9007199254740993')!;
    const losses = {
      iv: { is: interval(-1, 0, 0), why: 'an INTERVAL is sent as microseconds, months as 30.4375 days' },
      tz: { is: '2024-02-29T12:59:59.999999Z', why: COMMON },
      tmz: { is: '11:59:59.999999Z', why: COMMON },
      ts: { is: '-0001-12-30T00:00:00Z', why: 'the snapshot counts in the Julian calendar: two days off' },
      d: { is: '4713-01-01', why: 'the snapshot loses the era' },
    };
    check(versions('9007199254740993')[0]!, row, SPELL, losses);
    // The stream has both in full: years as ISO 8601 counts them (1 BC is 0000).
    const stream = { ...row, big: { text: 'short', kind: 'text' as const } };
    check(versions('9007199254740993')[1]!, stream, SPELL, {
      iv: losses.iv,
      tz: losses.tz,
      tmz: losses.tmz,
      ts: { is: '0000-01-01T00:00:00Z', why: 'the spelling of 0001-01-01 BC' },
      d: { is: '-4712-01-01', why: 'the spelling of 4713-01-01 BC' },
    });
  });

  it('a column stored out of line is carried forward, a delete and a truncate end their rows', () => {
    expect(versions('1')[1]!.big).toBe('x'.repeat(9000));
    expect(versions('1')[2]!.n52).toBe('-10.00');
    expect([versions('1').at(-1)!.TOMBSTONE, versions('9007199254740993').at(-1)!.TOMBSTONE]).toEqual([true, true]);
  });
});
