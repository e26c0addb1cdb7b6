import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { readerOf } from '../../src/input/forms/index.js';
import { formText, recogniseInputs } from '../../src/input/index.js';
import type { InputFile } from '../../src/input/input-file.js';
import { fieldsRequest } from '../../src/input/reader.js';
import { BIGINT, decimal, STRING } from '../../src/ksql/types.js';
import type { CsvOption } from '../../src/relation.js';
import { withFiles } from '../changelog/small.js';
import { column, source, withChangeLog } from '../changelog/support.js';

type Cell = string | null;

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2 });
});
afterAll(() => engine.close());

/** The rows of one dump as it is recognised, and the file. */
async function read(
  bytes: string | Buffer,
  csv: readonly CsvOption[] = [],
  name = 'orders.csv',
): Promise<{ readonly rows: readonly (readonly Cell[])[]; readonly file: InputFile; readonly form: string }> {
  return await withFiles({ [name]: bytes }, async (folder) => {
    const [file] = await recogniseInputs(engine, [folder], { topics: [], csv });
    const form = formText(file!.form);
    if (file!.form.kind !== 'dump') return { rows: [], file: file!, form };
    const reader = readerOf(file!);
    const { names } = reader.header!(file!.form);
    const raw = reader.relation(file!, fieldsRequest(names));
    const cells = names.map((field) => raw.flat(field.toLowerCase()));
    const rows = await engine.rows(`SELECT ${cells.join(', ')} FROM ${raw.from}`);
    await engine.run('DELETE FROM reject_errors');
    await engine.run('DELETE FROM reject_scans');
    return { rows: rows.map((row) => row.map((cell) => (cell == null ? null : String(cell)))), file: file!, form };
  });
}

const backslashed = (text: string, more: RegExp): string =>
  text.replace(/\\/g, '\\\\').replace(more, (c) => ({ '\n': '\\n', '\t': '\\t', '\r': '\\r' })[c] ?? `\\${c}`);

/** How each program writes a cell; the writers are this test's own. */
const DIALECTS: Readonly<
  Record<
    string,
    {
      readonly cell: (cell: Cell) => string;
      readonly between: string;
      readonly end: string;
      readonly bytes?: (text: string) => Buffer;
      readonly says: RegExp;
      readonly csv?: readonly CsvOption[];
      readonly apart?: (cell: Cell) => Cell;
    }
  >
> = {
  'INTO OUTFILE': {
    cell: (cell) => (cell === null ? '\\N' : `"${cell.replace(/[\\"\n]/g, '\\$&')}"`),
    between: ',',
    end: '\n',
    says: /mariadb-outfile/,
  },
  '--batch': {
    // A bare carriage return stays as it is, and so does a NULL that is a text.
    cell: (cell) => (cell === null ? 'NULL' : backslashed(cell, /[\n\t]/g)),
    between: '\t',
    end: '\n',
    says: /mariadb-batch/,
    csv: [{ quote: 'none', nulls: ['NULL'] }],
    apart: (cell) => (cell === 'NULL' ? null : cell),
  },
  'COPY text': {
    cell: (cell) => (cell === null ? '\\N' : backslashed(cell, /[\n\t\r]/g)),
    between: '\t',
    end: '\n',
    says: /copy-text/,
    csv: [{ quote: 'none', nulls: ['\\N'] }],
  },
  'COPY CSV': {
    cell: (cell) =>
      cell === null ? '' : cell === '' || /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
    between: ',',
    end: '\n',
    says: /rfc4180/,
    csv: [{ escape: 'double', nulls: [''] }],
  },
  'quoted, semicolons, CR LF, UTF-16': {
    cell: (cell) => (cell === null ? 'NULL' : `"${cell.replaceAll('"', '""')}"`),
    between: ';',
    end: '\r\n',
    bytes: (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
    says: /rfc4180; semicolon, utf16le/,
  },
};

const NASTY: readonly Cell[] = [
  null,
  '',
  'NULL',
  '\\N',
  '\\',
  '\\\\',
  '"',
  '""',
  'a"b',
  'a\nb',
  'a\r\nb',
  '\r',
  'tab\there',
  ';',
  ',',
  '|',
  '😀 ﷺ e\u0301',
  '\u2028',
  '0012',
  '1e5',
  '=1+1',
  '-1+1',
  '+61 400',
  ' padded ',
  "'",
  '#',
  'back\\slash',
  '\\n',
  '\\"',
  'NULL ',
  '1,5',
  '{"a":"b\\"c"}',
];
const cells = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: fc.constantFrom(...'ab\\"\n\r\t,;|N0€😀 '), maxLength: 12 }),
);

describe('what a dialect keeps apart is read apart', () => {
  it.each(Object.entries(DIALECTS))('%s', async (_, { cell, between, end, bytes, says, csv, apart }) => {
    const text = (rows: readonly (readonly Cell[])[]): string =>
      [['id', 'note', 'more'], ...rows]
        .map((row, i) => row.map((c) => (i === 0 && end === '\n' ? c! : cell(c))).join(between) + end)
        .join('');
    const check = async (body: readonly (readonly Cell[])[]): Promise<void> => {
      const rows = body.map((row, i) => [String(i + 1), ...row]);
      const { rows: found, form } = await read((bytes ?? Buffer.from)(text(rows)), csv);
      expect(form).toMatch(says);
      expect(found).toEqual(rows.map((row) => row.map(apart ?? ((c) => c))));
    };
    await check(NASTY.map((c, i) => [c, NASTY[(i * 7 + 3) % NASTY.length]!]));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cells, cells), { minLength: 2, maxLength: 12 }), async (body) => {
        // One row with everything that tells the dialect: what is tried is how cells are read.
        await check([['NULL', null], ...(says.test('copy-text') ? [['\\N', null] as const] : []), ...body]);
      }),
      { numRuns: 25, seed: 20261128 },
    );
  });
});

const ORDERS = source('stream', 'O', 'orders', [
  column('ID', BIGINT, true),
  column('AMOUNT', decimal(10, 3)),
  column('PLACED', BIGINT),
  column('NOTE', STRING),
]);

interface Log {
  readonly rows: readonly string[];
  readonly rejected: readonly string[];
}

/** The orders of a folder as the change log has them: `id amount placed note`. */
async function log(files: Readonly<Record<string, string | Buffer>>, csv: readonly CsvOption[] = []): Promise<Log> {
  return await withFiles(files, (folder) =>
    withChangeLog([folder], [ORDERS], { csv }, async (made, run) => {
      const rows = await run.rows(
        `SELECT "ID", "AMOUNT", strftime(make_timestamp("PLACED" * 1000), '%Y-%m-%d %H:%M:%S.%g'), "NOTE" FROM ${made.relations.get('O')} ORDER BY "ID"`,
      );
      return {
        rows: rows.map((row) => row.map((cell) => (cell == null ? '-' : String(cell))).join(' ')),
        rejected: made.rejected.map(({ line, code, reason }) => `${line} ${code}: ${reason}`),
      };
    }),
  );
}

async function refused(text: string, csv: readonly CsvOption[] = []): Promise<readonly string[]> {
  const error: unknown = await log({ 'orders.csv': text }, csv).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(DiagnosticError);
  return (error as DiagnosticError).diagnostics.map(({ code, help }) => `${code}: ${help}`);
}

const table = (...lines: readonly string[]): string => `id;amount;placed;note\n${lines.join('\n')}\n`;

describe('numbers and dates', () => {
  it('a comma is decided by the column, then by the file, and else asked for', async () => {
    const decided = table('1;1.234,50;2026-01-02;a', '2;7,5;2026-01-02;1,5', '3;2.000;2026-01-02;0012');
    expect((await log({ 'orders.csv': decided })).rows).toEqual([
      '1 1234.500 2026-01-02 00:00:00.000 a',
      '2 7.500 2026-01-02 00:00:00.000 1,5',
      '3 2000.000 2026-01-02 00:00:00.000 0012',
    ]);
    const open = table('1;1,234;2026-01-02;a', '2;2,500;2026-01-02;b');
    expect(await refused(open)).toEqual([
      'decimal-sign-unknown: Say what the comma is: --csv orders=decimal:comma (near one) or --csv orders=decimal:point (a thousand).',
    ]);
    const amounts = async (decimal: 'comma' | 'point'): Promise<readonly string[]> =>
      (await log({ 'orders.csv': open }, [{ name: 'orders', decimal }])).rows.map((row) => row.split(' ')[1]!);
    expect(await amounts('comma')).toEqual(['1.234', '2.500']);
    expect(await amounts('point')).toEqual(['1234.000', '2500.000']);
    const neighbour = 'id;amount;placed;note;tax\n1;1,234;2026-01-02;a;0,5\n2;2,500;2026-01-02;b;12,75\n';
    expect((await log({ 'orders.csv': neighbour })).rows.map((row) => row.split(' ')[1])).toEqual(['1.234', '2.500']);
  });
  it('a column with both signs is not guessed: what is no number in the way of a database is listed', async () => {
    const { rows, rejected } = await log({ 'orders.csv': table('1;1,5;2026-01-02;a', '2;2.5;2026-01-02;b') });
    expect(rows).toEqual(['2 2.500 2026-01-02 00:00:00.000 b']);
    expect(rejected.join()).toMatch(/value-does-not-fit: .*amount does not fit DECIMAL/);
  });
  it('day and month are decided by the column, then by the file, and else asked for', async () => {
    const open = table('1;1;03/04/2026 05:06;a', '2;2;04/03/2026 17:08:09.25;b');
    expect(await refused(open)).toEqual([
      'date-order-unknown: Say which comes first: --csv orders=date:dmy or --csv orders=date:mdy.',
    ]);
    const days = async (text: string, csv: readonly CsvOption[] = []): Promise<readonly string[]> =>
      (await log({ 'orders.csv': text }, csv)).rows.map((row) => row.split(' ').slice(2, 4).join(' '));
    expect(await days(open, [{ date: 'dmy' }])).toEqual(['2026-04-03 05:06:00.000', '2026-03-04 17:08:09.250']);
    expect(await days(open, [{ date: 'mdy' }])).toEqual(['2026-03-04 05:06:00.000', '2026-04-03 17:08:09.250']);
    expect(await days(`${open}3;3;4/30/2026 12:00 AM;c\n`)).toEqual([
      '2026-03-04 05:06:00.000',
      '2026-04-03 17:08:09.250',
      '2026-04-30 00:00:00.000',
    ]);
    expect(await days(`${open}3;3;13/04/2026;c\n`)).toEqual([
      '2026-04-03 05:06:00.000',
      '2026-03-04 17:08:09.250',
      '2026-04-13 00:00:00.000',
    ]);
    const both = await refused(`${open}3;3;13/04/2026;c\n4;4;04/13/2026;d\n`);
    expect(both[0]).toMatch(/^date-order-unknown/);
    const neighbour = 'id;amount;placed;note;seen\n1;1;03/04/2026;a;31/12/2025\n2;1;04/03/2026;a;30/12/2025\n';
    expect(await days(neighbour)).toEqual(['2026-04-03 00:00:00.000', '2026-03-04 00:00:00.000']);
    expect(await days(table('1;1;30.06.2026 12:00;a', '2;1;31.12.2025 12:00;b'), [{ zone: 'Europe/Berlin' }])).toEqual([
      '2026-06-30 10:00:00.000',
      '2025-12-31 11:00:00.000',
    ]);
    expect(await days(table('1;1;2026/06/30 1:02;a', '2;1;2025/12/1;b'))).toEqual([
      '2026-06-30 01:02:00.000',
      '2025-12-01 00:00:00.000',
    ]);
  });
  it('a day that does not exist does not fit', async () => {
    const { rows, rejected } = await log({ 'orders.csv': table('1;1;31.02.2026;a', '2;1;28.02.2026;b') });
    expect(rows.length).toBe(1);
    expect(rejected.length).toBe(1);
  });
  it('integers that a spreadsheet has cut to 1,77841E+12 do not fit, and are listed', async () => {
    const { rows, rejected } = await log({ 'orders.csv': table('1;1,5;1,77841E+12;a', '2;2,5;1778412249980;b') });
    expect(rows).toEqual(['2 2.500 2026-05-10 11:24:09.980 b']);
    expect(rejected.join()).toContain('the value of placed does not fit BIGINT');
  });
});

describe('what a file does not say', () => {
  it('columns without names are refused with the option that names them', async () => {
    expect(await refused('1\t2.5\t2026-01-02\t\\N\n2\t2.5\t2026-01-02\tx\n')).toEqual([
      expect.stringMatching(/^no-input-for-source/),
      'dump-without-header: Name them: --csv TABLE=columns:id|name|... (4 names); or export again with a header: COPY ... TO ... WITH (FORMAT csv, HEADER).',
    ]);
    const columns = ['id', 'amount', 'placed', 'note'];
    const named = await log({ 'orders.txt': '1\t2.5\t2026-01-02\t\\N\n2\t2.5\t2026-01-02\tx\n' }, [
      { name: 'orders', columns },
    ]);
    expect(named.rows).toEqual(['1 2.500 2026-01-02 00:00:00.000 -', '2 2.500 2026-01-02 00:00:00.000 x']);
    const twice = await log({ 'orders.csv': 'ID,Amount,placed,note\n1,2.5,2026-01-02,x\n' }, [{ columns }]);
    expect(twice.rows).toEqual(['1 2.500 2026-01-02 00:00:00.000 x']);
  });
  it('two columns of one name are refused', async () => {
    expect((await refused('id,Id,note\n1,2,a\n'))[1]).toMatch(/^repeated-dump-column/);
  });
  it('what means NULL can be said', async () => {
    const text = 'id,note\n1,n/a\n2,\n3,"n/a"\n';
    expect((await read(text)).rows).toEqual([
      ['1', 'n/a'],
      ['2', null],
      ['3', 'n/a'],
    ]);
    expect((await read(text, [{ nulls: ['n/a'] }])).rows).toEqual([
      ['1', null],
      ['2', ''],
      ['3', 'n/a'],
    ]);
  });
  it('a file that names its encoding wrongly can be told', async () => {
    const text = Buffer.from('id,note\n1,caf\xe9\n2,\x80\n', 'latin1');
    expect((await read(text)).rows).toEqual([
      ['1', 'café'],
      ['2', '€'],
    ]);
    expect((await read(text, [{ encoding: 'latin1' }])).rows).toEqual([
      ['1', 'café'],
      ['2', '\x80'],
    ]);
  });
});

describe('a damaged dump', () => {
  it('lists rows by the line that they begin in, and reads the rest', async () => {
    const outfile =
      '"id","amount","placed","note"\n"1","2.5","2026-01-02","a\\\nb"\n"2","2.5"\n"3","x","2026-01-02",\\N\n"4","2.5","2026-01-02","c"\n';
    const { rows, rejected } = await log({ 'orders.csv': outfile });
    expect(rows).toEqual(['1 2.500 2026-01-02 00:00:00.000 a\nb', '4 2.500 2026-01-02 00:00:00.000 c']);
    expect(rejected).toEqual([
      '4 wrong-columns: cannot be read as a row: has 2 columns, and 4 have names',
      '5 value-does-not-fit: the value of amount does not fit DECIMAL(10, 3)',
    ]);
  });
  it('survives bad rows that are long, and a quote that is never closed', async () => {
    const long = `x${'é'.repeat(6000)}`;
    const wide = await read(`id,note\n1,a\n${long}\n2,b\n`);
    expect(wide.rows).toEqual([
      ['1', 'a'],
      ['2', 'b'],
    ]);
    expect(wide.file.rejected).toMatchObject([{ line: 3, code: 'wrong-columns' }]);
    const open = await read(`id,note\n1,a\n2,"${long}\n3,b\n`);
    expect(open.rows).toEqual([['1', 'a']]);
    expect(open.file.rejected.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      '3 cannot be read as a row: a quote is opened and never closed',
    ]);
    expect(JSON.stringify(open.file.rejected)).not.toContain('é');
  });
  it('keeps texts whole beside cells of bytes', async () => {
    const bytes = (...values: readonly number[]): Buffer => Buffer.from(values);
    const text = Buffer.concat([
      Buffer.from('"id","logo","note"\n"1","'),
      bytes(0xff, 0x5c, 0x22, 0x5c, 0x30, 0xfe),
      Buffer.from('","é 😀"\n"2","abc","x'),
      bytes(0xe9),
      Buffer.from('"\n"3",'),
      Buffer.from('\\N,"NULL"\n"4","'),
      bytes(0xd8, 0x01),
      Buffer.from('","y"\n'),
    ]);
    expect((await read(text)).rows).toEqual([
      ['1', '\\xff2200fe', 'é 😀'],
      ['2', '\\x616263', 'x\uFFFD'],
      ['3', null, 'NULL'],
      ['4', '\\xd801', 'y'],
    ]);
  });
});

describe('several files of one table', () => {
  it('parts in a folder of the table, one of them in another dialect', async () => {
    const { rows } = await log({
      'orders/part-0.csv': 'id,amount,placed,note\n1,1.5,2026-01-02,a\n',
      'orders/part-1.csv': table('2;2,5;03.01.2026;b', '3;3,5;04.01.2026;c'),
      'orders/.part-2.csv.crc': 'no part',
    });
    expect(rows.map((row) => row.slice(0, 12))).toEqual(['1 1.500 2026', '2 2.500 2026', '3 3.500 2026']);
  });
  it('a history, one row per change with its time, is a changelog of a table declared with TIMESTAMP', async () => {
    const history = source(
      'table',
      'H',
      'discounts',
      [column('ID', BIGINT, true), column('DISCOUNT', decimal(5, 2)), column('CHANGED_AT', BIGINT)],
      'CHANGED_AT',
    );
    const files = {
      'discounts_1.csv': 'id,discount,changed_at\n1,-5.00,2026-01-01\n2,-4.00,2026-01-01\n1,-7.50,2026-03-01\n',
      'discounts_2.csv': 'id;discount;changed_at\n1;-10,00;01.02.2026 00:00\n2;;13.02.2026 00:00\n',
    };
    const rows = await withFiles(files, (folder) =>
      withChangeLog([folder], [history], {}, async (made, run) =>
        run.rows(
          `SELECT "ID", "DISCOUNT"::VARCHAR, strftime(make_timestamp("$ts" * 1000), '%m-%d') FROM ${made.relations.get('H')} ORDER BY "$seq"`,
        ),
      ),
    );
    expect(rows.map((row) => row.map(String).join(' '))).toEqual([
      '1 -5.00 01-01',
      '2 -4.00 01-01',
      '1 -10.00 02-01',
      '2 null 02-13',
      '1 -7.50 03-01',
    ]);
  });
});
