import type { ForeignFile, ForeignPart, Rewriter } from '../foreign.js';
import { ForeignError } from '../foreign.js';
import { RowsFile } from '../rows-file.js';
import { unzipped } from './archive.js';
import { tableOf } from './sheet-table.js';

/** What programs call a sheet that nobody named. */
const ANY = /^(sheet|tabelle|feuil|hoja|foglio|blad|arkusz|list|munka|лист)\s?\d*$/i;

/** Workbooks (.xlsx): the table of each sheet becomes rows with a header. Other kinds of workbooks are named. */
export const WORKBOOK: Rewriter = {
  what: 'workbook (xlsx)',
  recognises: ({ head }) => isZipOf(head) || isOld(head),
  async rewrite(file) {
    if (isOld(file.head)) throw new ForeignError('is a workbook of Excel 97 (.xls)', 'Save it as .xlsx or as CSV.');
    const parts = new Map((await unzipped(file, isPart)).map(({ name, bytes }) => [name, bytes]));
    if (parts.has('mimetype')) throw new ForeignError('is an OpenDocument file (.ods)', 'Save it as .xlsx or as CSV.');
    if ([...parts.keys()].some((name) => name.endsWith('workbook.bin')))
      throw new ForeignError('is a binary workbook (.xlsb)', 'Save it as .xlsx or as CSV.');
    try {
      return await sheets(file, (name) => Buffer.from(parts.get(name) ?? Buffer.alloc(0)).toString('utf8'));
    } catch (error) {
      if (error instanceof ForeignError) throw error;
      throw new ForeignError(
        'is a damaged workbook',
        'Open it in a spreadsheet program and save it again, or save it as CSV.',
      );
    }
  },
};

function isPart(name: string): boolean {
  return /\.(xml|rels)$|^mimetype$|workbook\.bin$/.test(name);
}

function isZipOf(head: Buffer): boolean {
  const text = head.toString('latin1');
  return (
    text.startsWith('PK\x03\x04') &&
    /\[Content_Types\]\.xml|_rels\/\.rels|xl\/|mimetypeapplication\/vnd\.oasis/.test(text)
  );
}

function isOld(head: Buffer): boolean {
  return head.subarray(0, 8).toString('hex') === 'd0cf11e0a1b11ae1';
}

async function sheets(file: ForeignFile, part: (name: string) => string): Promise<readonly ForeignPart[]> {
  const { dateStyles, sharedStrings, sheetRows, walkXml } = await import('./sheet-cells.js');
  const targets = new Map<string, string>();
  walkXml(part('xl/_rels/workbook.xml.rels'), {
    open: (name, a) => {
      if (name === 'Relationship') targets.set(a.Id!, a.Target!.replace(/^\/?(xl\/)?/, 'xl/'));
    },
  });
  const named: { readonly name: string; readonly target: string }[] = [];
  let from1904 = false;
  walkXml(part('xl/workbook.xml'), {
    open: (name, a) => {
      if (name === 'workbookPr') from1904 = a.date1904 === '1' || a.date1904 === 'true';
      else if (name === 'sheet') named.push({ name: a.name ?? '', target: targets.get(a['r:id'] ?? '') ?? '' });
    },
  });
  const shared = part('xl/sharedStrings.xml');
  const styles = part('xl/styles.xml');
  const facts = {
    strings: shared === '' ? [] : sharedStrings(shared),
    dates: styles === '' ? [] : dateStyles(styles),
    from1904,
  };
  return named.flatMap(({ name, target }) => {
    const xml = part(target);
    return xml === '' ? [] : sheetPart(file, name, sheetRows(xml, facts), named.length);
  });
}

function sheetPart(
  file: ForeignFile,
  name: string,
  rows: readonly (readonly (string | null)[])[],
  count: number,
): readonly ForeignPart[] {
  const table = tableOf(rows);
  if (table === null) return [];
  const out = new RowsFile(file.spool('sheet'), table.header);
  for (const row of table.rows) out.add(row);
  const notes = [
    ...(table.above > 0
      ? [`${file.name}, sheet ${name}: ${table.above} rows above the header are no rows of the table.`]
      : []),
    ...(table.below > 0
      ? [`${file.name}, sheet ${name}: ${table.below} rows of totals are no rows of the table.`]
      : []),
  ];
  // A sheet that nobody named is the table that its file is called after.
  const topic = ANY.test(name) && count === 1 ? {} : { topic: name };
  return [out.end({ part: name, ...topic, notes })];
}
