import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';

/** Readers of outputs that share no code with their writers: each gives every table as rows of cells. */

/** A cell as a form shows it: its text, and where the form keeps one the exact value. */
export interface ReadCell {
  readonly text: string;
  readonly exact?: number | boolean;
}

export type ReadTable = readonly (readonly ReadCell[])[];

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Entities of XML and HTML. */
export function unescapeXml(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(#x?[0-9a-fA-F]+|\w+);/g, (_, name: string) =>
    name.startsWith('#')
      ? String.fromCodePoint(Number(name.startsWith('#x') ? `0x${name.slice(2)}` : name.slice(1)))
      : (named[name] ?? `&${name};`),
  );
}

export function readCsv(bytes: Uint8Array): ReadTable {
  const rows = parse(Buffer.from(bytes)) as string[][];
  return rows.slice(1).map((row) => row.map((text) => ({ text })));
}

/** The tables of a page, in their order. */
export function readHtml(bytes: Uint8Array): readonly ReadTable[] {
  const bodies = [...decode(bytes).matchAll(/<tbody>([\s\S]*?)<\/tbody>/g)];
  return bodies.map(([, body]) =>
    [...body!.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) =>
      [...row!.matchAll(/<t[hd]([^>]*)>([\s\S]*?)<\/t[hd]>/g)].map(([, attributes, text]) => {
        const exact = /data-v="([^"]*)"/.exec(attributes!)?.[1];
        return { text: unescapeXml(text!), ...(exact !== undefined && { exact: Number(exact) }) };
      }),
    ),
  );
}

/** The tables of a Markdown file, in their order. */
export function readMarkdown(bytes: Uint8Array): readonly ReadTable[] {
  const tables: ReadCell[][][] = [];
  let inside = false;
  for (const line of decode(bytes).split('\n')) {
    if (!line.startsWith('| ')) inside = false;
    else if (!inside) {
      tables.push([]);
      inside = true;
    } else if (!/^\| :?---/.test(line)) {
      const cells = line.slice(2, -2).split(/(?<!\\) \| /);
      tables.at(-1)!.push(cells.map((text) => ({ text: unescapeXml(text.replace(/\\([\\`*_[\]<>|#~])/g, '$1')) })));
    }
  }
  return tables;
}

/** What stands between two headings of a terminal report as words of each line: cells stand at least two spaces apart. */
export function readTerminal(bytes: Uint8Array, title: string): readonly (readonly string[])[] {
  const lines = decode(bytes).split('\n');
  const rule = lines.findIndex((line, i) => i > lines.indexOf(title) && /^─+$/.test(line));
  const end = lines.findIndex((line, i) => i > rule && (line === '' || line.startsWith('  Independent unit')));
  return lines
    .slice(rule + 1, end)
    .map((line) => line.trim().split(/\s{2,}/))
    .filter((words) => !/^(Only in the files|In every row|\d+ more rows)/.test(words[0]!));
}

/** The sheets of a workbook by name, as rows of cells; and the numbers that its charts hold, by part. */
export function readXlsx(bytes: Uint8Array): {
  readonly sheets: ReadonlyMap<string, ReadTable>;
  readonly charts: readonly (readonly number[])[];
} {
  const parts = Object.entries(unzipSync(bytes)).map(([name, part]) => [name, decode(part)] as const);
  const part = (name: string): string => parts.find(([other]) => other === name)![1];
  const names = [...part('xl/workbook.xml').matchAll(/<sheet name="([^"]*)"/g)].map(([, name]) => unescapeXml(name!));
  const sheets = names.map((name, i) => [name, sheetRows(part(`xl/worksheets/sheet${i + 1}.xml`))] as const);
  const charts = parts
    .filter(([name]) => name.startsWith('xl/charts/chart'))
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([, xml]) =>
      [...xml.matchAll(/<c:val>[\s\S]*?<\/c:val>/g)].flatMap(([values]) =>
        [...values.matchAll(/<c:v>([^<]*)<\/c:v>/g)].map(([, value]) => Number(value)),
      ),
    );
  return { sheets: new Map(sheets), charts };
}

function sheetRows(xml: string): ReadTable {
  return [...xml.matchAll(/<row [^>]*>([\s\S]*?)<\/row>/g)].map(([, row]) => {
    const cells: ReadCell[] = [];
    for (const [, letters, attributes, body] of row!.matchAll(/<c r="([A-Z]+)\d+"([^>]*)>([\s\S]*?)<\/c>/g)) {
      const column = [...letters!].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
      const value = /<v>([^<]*)<\/v>/.exec(body!)?.[1];
      const escaped = unescapeXml(/<t[^>]*>([\s\S]*?)<\/t>/.exec(body!)?.[1] ?? '');
      const text = escaped.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
        String.fromCharCode(parseInt(code, 16)),
      );
      while (cells.length < column) cells.push({ text: '' });
      if (value === undefined) cells.push({ text });
      else if (attributes!.includes('t="b"')) cells.push({ text: '', exact: value === '1' });
      else cells.push({ text: '', exact: Number(value) });
    }
    return cells;
  });
}
