import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { visible } from '../../src/diagnostics/visible.js';
import { databaseBytes } from '../../src/output/database.js';
import { outputForms } from '../../src/output/forms.js';
import type { OutputFile, OutputForm } from '../../src/output/index.js';
import { isSeries, type Report } from '../../src/reports/report.js';
import { temporaryFolder } from '../oracle/support/command-line.js';
import { bundled } from './bundled.js';
import {
  type ReadCell,
  type ReadTable,
  readCsv,
  readHtml,
  readMarkdown,
  readTerminal,
  readXlsx,
  unescapeXml,
} from './read-back.js';

type JsonCell = string | number | boolean | null;
interface JsonReport {
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, JsonCell>>[]>>;
  readonly columns: Readonly<Record<string, readonly { readonly name: string; readonly unit: string }[]>>;
  readonly summary: readonly string[];
  readonly notes: readonly string[];
}

/** Digits after the point in files, by unit; others show all that they have. */
const PLACES: Readonly<Record<string, number>> = { money: 2, share: 4, statistic: 4, p: 4 };
const DAY = 86_400_000;
const folder = temporaryFolder();
let reports: readonly Report[];
let instance: DuckDBInstance;
let compared = 0;

beforeAll(async () => {
  reports = await bundled();
  instance = await DuckDBInstance.create(':memory:');
});
afterAll(() => instance.closeSync());

async function write(name: OutputForm['name'], report: Report, width = 80): Promise<readonly OutputFile[]> {
  const form = outputForms.find((one) => one.name === name)!;
  return await form.write(report, { width, colour: false, ascii: false, details: true });
}

/** What is wrong with a number as text, if anything: its digits are those of the unit, and it is the nearest number of so many. */
function wrongText(text: string, value: number, unit: string, people: boolean): string | null {
  if (unit === 'p' && value < 0.0001) return text === '<0.0001' ? null : `${text} for ${value}`;
  const percent = people && unit === 'share';
  if (percent !== text.endsWith(' %')) return `${text} is no per cent`;
  if (/\d{4}/.test(text.split('.')[0]!) && people && ['money', 'count', 'number'].includes(unit))
    return `${text} has no thousands apart`;
  const plain = text.replace(' %', '').replaceAll(',', people ? '' : ',');
  const places = percent ? 2 : PLACES[unit];
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return `${text} is no number`;
  if (places === undefined) return Number(plain) === value ? null : `${text} for ${value}`;
  if ((plain.split('.')[1]?.length ?? 0) !== places) return `${text} has not ${places} digits`;
  const exact = percent ? value * 100 : value;
  const slack = 1e-12 * Math.max(1, Math.abs(exact));
  return Math.abs(Number(plain) - exact) <= 0.5 * 10 ** -places + slack ? null : `${text} for ${exact}`;
}

/** What is wrong with a cell that was read back, if anything. */
function wrongCell(read: ReadCell | undefined, value: JsonCell, unit: string, people: boolean): string | null {
  const text = read?.text ?? '';
  compared += 1;
  if (value === null) return read?.exact === undefined && text === '' ? null : `${text} for nothing`;
  if (value === '*') return text === '*' && read?.exact === undefined ? null : `${text} for a hidden one`;
  if (typeof value === 'boolean') {
    const shown = people ? (value ? 'yes' : 'no') : String(value);
    return text === shown || read?.exact === value ? null : `${text} for ${value}`;
  }
  if (typeof value === 'number') {
    if (read?.exact !== undefined && read.exact !== value) return `${read.exact} for ${value}`;
    return text === '' && read?.exact !== undefined ? null : wrongText(text, value, unit, people);
  }
  if ((unit === 'date' || unit === 'timestamp') && typeof read?.exact === 'number') {
    const instant = Math.round((read.exact - 25_569) * DAY);
    return instant === Date.parse(value) ? null : `${read.exact} for ${value}`;
  }
  const space = (one: string): string => one.replace(/\s+/g, ' ').trim();
  // A page shows no mark of direction: there it is U+FFFD.
  return [space(value.replace(/^'/, '')), space(visible(value.replace(/\r/g, '')))].includes(
    space(text.replace(/^'/, '')),
  )
    ? null
    : `${text} for ${value}`;
}

/** Every cell of a table that is not what the JSON says, with its place. */
function wrongCells(read: ReadTable, json: JsonReport, table: string, people: boolean): readonly string[] {
  const rows = json.tables[table]!;
  if (read.length !== rows.length) return [`${table} has ${read.length} rows for ${rows.length}`];
  return rows.flatMap((row, r) =>
    json.columns[table]!.flatMap(({ name, unit }, c) => {
      const wrong = wrongCell(read[r]![c], row[name]!, unit, people);
      return wrong === null ? [] : [`${table} row ${r + 1} ${name}: ${wrong}`];
    }),
  );
}

async function typed(from: string, json: JsonReport, table: string): Promise<ReadTable> {
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(`FROM ${from}`)).getRowObjectsJson();
  connection.closeSync();
  const cellOf = (row: Readonly<Record<string, unknown>>, name: string, unit: string): ReadCell => {
    if (String(row.suppressed_columns).split(',').includes(name)) return { text: '*' };
    const label = row[`${name}_label`];
    const value = row[name] ?? (unit === 'percent-points' ? label : null);
    if (value === null || value === undefined) return { text: '' };
    if (typeof value === 'boolean') return { text: '', exact: value };
    if (unit === 'timestamp') return { text: `${String(value).replace(' ', 'T')}Z` };
    const number = ['share', 'statistic', 'p', 'number', 'percent-points', 'count'].includes(unit);
    return number && !Number.isNaN(Number(value)) ? { text: '', exact: Number(value) } : { text: String(value) };
  };
  return rows.map((row) => json.columns[table]!.map(({ name, unit }) => cellOf(row, name, unit)));
}

describe('every number in every form is the number of the JSON', () => {
  it.each(Array.from({ length: 11 }, (_, i) => i))('report %i', async (index) => {
    const report = reports[index]!;
    const json = JSON.parse(new TextDecoder().decode((await write('json', report))[0]!.bytes)) as JsonReport;
    const names = report.tables.map(({ name }) => name);
    const wrong: string[] = [];
    const add = (form: string, found: readonly string[]): void => {
      wrong.push(...found.map((text) => `${form} ${text}`));
    };

    const csv = await write('csv', report);
    for (const [i, name] of names.entries()) add('csv', wrongCells(readCsv(csv[i]!.bytes), json, name, false));
    const page = (await write('html', report))[0]!.bytes;
    for (const [i, name] of names.entries()) add('html', wrongCells(readHtml(page)[i]!, json, name, true));
    const markdown = (await write('markdown', report))[0]!.bytes;
    for (const [i, name] of names.entries()) add('markdown', wrongCells(readMarkdown(markdown)[i]!, json, name, true));
    const book = readXlsx((await write('xlsx', report))[0]!.bytes);
    const sheets = [...book.sheets].filter(
      ([name]) => !['Summary', 'Charts', 'Notes', 'Glossary', 'Provenance'].includes(name),
    );
    for (const [i, name] of names.entries()) add('xlsx', wrongCells(sheets[i]![1].slice(1), json, name, false));
    for (const [i, file] of (await write('parquet', report)).entries()) {
      const path = join(folder, 'table.parquet');
      writeFileSync(path, file.bytes);
      add('parquet', wrongCells(await typed(`'${path}'`, json, names[i]!), json, names[i]!, false));
      rmSync(path);
    }
    const database = join(folder, `report${index}.duckdb`);
    writeFileSync(database, await databaseBytes(report));
    const connection = await instance.connect();
    await connection.run(`ATTACH '${database}' AS file${index} (READ_ONLY)`);
    for (const name of names)
      add('duckdb', wrongCells(await typed(`file${index}.report."${name}"`, json, name), json, name, false));
    connection.closeSync();

    // A terminal as wide as it takes shows all of its columns: each row's words are the texts of its cells.
    const wide = (await write('terminal', report, 400))[0]!.bytes;
    for (const table of report.tables) {
      const shown = table.columns.filter(({ terminal }) => terminal === true);
      const columns = shown.length > 0 ? shown : table.columns;
      const rows = table.rows.length === 0 ? [] : readTerminal(wide, table.title);
      if (rows.length !== Math.min(30, table.rows.length)) wrong.push(`terminal ${table.name} has ${rows.length} rows`);
      for (const [r, words] of rows.entries()) {
        const cells = json.tables[table.name]![r]!;
        const full = columns.filter(({ name }) => cells[name] !== null && cells[name] !== '');
        if (words.length !== full.length) wrong.push(`terminal ${table.name} row ${r + 1}: ${words.join('|')}`);
        for (const [c, { name, unit }] of full.entries()) {
          const text = words[c]?.endsWith('…') === true ? String(cells[name]) : (words[c] ?? '');
          const found = wrongCell({ text }, cells[name]!, unit, true);
          if (found !== null) wrong.push(`terminal ${table.name} row ${r + 1} ${name}: ${found}`);
        }
      }
    }
    expect([report.id, wrong.slice(0, 20)]).toEqual([report.id, []]);
  });

  it('and nothing was overlooked: some hundred thousand cells were compared', () => {
    expect(compared).toBeGreaterThan(100_000);
  });
});

describe('charts and sentences', () => {
  it('hold the same numbers: native charts, the page, the JSON', async () => {
    for (const report of reports) {
      const { charts } = readXlsx((await write('xlsx', report))[0]!.bytes);
      const page = new TextDecoder().decode((await write('html', report))[0]!.bytes);
      const native = report.charts.filter(({ kind }) => kind !== 'heat');
      // The picture on the first sheet is the first of those on the sheet Charts once more.
      const expected = [...native.slice(0, 1), ...native].map((chart) => {
        if (isSeries(chart)) return chart.series.flatMap(({ values }) => values.filter((v) => v !== null));
        const dots = Math.max(0, ...chart.points.map((p) => p.dots?.length ?? 0));
        return [
          ...chart.points.map(({ value }) => value),
          ...chart.points.flatMap(({ line }) => (line === undefined ? [] : [line])),
          ...Array.from({ length: dots }, (_, i) => chart.points.flatMap((p) => p.dots?.[i] ?? [])).flat(),
        ];
      });
      expect([report.id, charts]).toEqual([report.id, expected]);
      for (const chart of report.charts) {
        if (isSeries(chart)) continue;
        for (const { label, value } of chart.points) {
          const shown = [...page.matchAll(/<title>([^<]*)<\/title>/g)].map(([, text]) => unescapeXml(text!));
          const name = visible(label.replace(/\r\n?/g, '\n'));
          const own = shown.filter((text) => text.startsWith(`${name}: `)).map((text) => text.slice(name.length + 2));
          const right = own.some((text) => wrongText(text.replace(/ \(.*/, ''), value, chart.unit, true) === null);
          expect([report.id, label, value, right]).toEqual([report.id, label, value, true]);
        }
      }
    }
  });

  it('the answer and the notes are the same words everywhere', async () => {
    const squeeze = (text: string): string => text.replace(/\\(?=[\\`*_[\]<>|#~])/g, '').replace(/\s+/g, '');
    for (const report of reports) {
      const text = async (name: OutputForm['name']): Promise<string> =>
        squeeze(unescapeXml(new TextDecoder().decode((await write(name, report))[0]!.bytes)));
      const { sheets } = readXlsx((await write('xlsx', report))[0]!.bytes);
      const cells = squeeze(
        [...sheets.values()].flatMap((rows) => rows.flatMap((row) => row.map((c) => c.text))).join(' '),
      );
      const forms = [await text('html'), await text('markdown'), await text('terminal'), cells];
      for (const sentence of [...report.summary, ...report.notes])
        expect(forms.map((form) => form.includes(squeeze(sentence)) || sentence)).toEqual([true, true, true, true]);
    }
  });
});
