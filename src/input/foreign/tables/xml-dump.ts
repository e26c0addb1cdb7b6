import type { SAXParser } from 'sax';
import { unpackedBytes } from '../../avro/bytes.js';
import type { ForeignFile, Rewriter } from '../foreign.js';
import { ForeignError } from '../foreign.js';
import { RowsFile } from '../rows-file.js';

/** XML of `mysqldump --xml`, `mysql --xml` and phpMyAdmin: rows of elements that name their column. */
export const XML_DUMP: Rewriter = {
  what: 'XML dump',
  recognises: ({ text }) =>
    /^\s*(<\?xml|<mysqldump|<resultset|<pma_xml_export)/.test(text) &&
    /<(mysqldump|resultset|pma_xml_export)\b/.test(text),
  async rewrite(file) {
    const { parser } = (await import('sax')).default;
    const tables = new XmlTables(file, parser(true, {}));
    const decoder = new TextDecoder('utf-8');
    for await (const piece of unpackedBytes(file.path, file.compression))
      tables.write(decoder.decode(piece, { stream: true }));
    return tables.end();
  },
};

interface XmlTable {
  readonly columns: readonly string[];
  readonly rows: RowsFile;
}

/** Collects rows as their elements close; the columns of a table are those of its first row. */
class XmlTables {
  private readonly file: ForeignFile;
  private readonly parser: SAXParser;
  private readonly tables = new Map<string, XmlTable>();
  private readonly order: (string | null)[] = [];
  private table: string | null = null;
  private row: Map<string, string | null> | null = null;
  private column: string | null = null;
  private text: string | null = '';

  constructor(file: ForeignFile, parser: SAXParser) {
    this.file = file;
    this.parser = parser;
    this.parser.onopentag = ({ name, attributes }) =>
      this.open(name.toLowerCase(), attributes as { readonly [name: string]: string });
    this.parser.onclosetag = (name) => this.close(name.toLowerCase());
    this.parser.ontext = this.parser.oncdata = (text) => {
      if (this.column !== null && this.text !== null) this.text += text;
    };
    this.parser.onerror = (error) => {
      throw new ForeignError(
        `is XML that breaks off or is damaged (${error.message.split('\n')[0]})`,
        'Export it again.',
      );
    };
  }

  write(text: string): void {
    this.parser.write(text);
  }

  end(): readonly ReturnType<RowsFile['end']>[] {
    this.parser.close();
    return [...this.tables].map(([table, { rows }]) => rows.end(table === '' ? {} : { part: table, topic: table }));
  }

  private open(name: string, attributes: { readonly [name: string]: string }): void {
    if (name === 'table_data' || name === 'resultset')
      this.table =
        attributes.name ?? /\bFROM\s+[`"]?(?:\w+[`"]?\.[`"]?)?(\w+)/i.exec(attributes.statement ?? '')?.[1] ?? '';
    else if (name === 'row') this.row = new Map();
    else if (name === 'table' && attributes.name !== undefined) [this.table, this.row] = [attributes.name, new Map()];
    else if ((name === 'field' || name === 'column') && this.row !== null && attributes.name !== undefined) {
      this.column = attributes.name;
      this.text = attributes['xsi:nil'] === 'true' ? null : '';
    }
    this.order.push(name);
  }

  private close(name: string): void {
    this.order.pop();
    if ((name === 'field' || name === 'column') && this.column !== null) {
      // phpMyAdmin writes NULL as a word.
      this.row!.set(this.column, this.text === 'NULL' && name === 'column' ? null : this.text);
      this.column = null;
    } else if ((name === 'row' || name === 'table') && this.row !== null) {
      if (this.row.size > 0) this.add(this.table ?? '', this.row);
      this.row = null;
    }
  }

  private add(table: string, row: ReadonlyMap<string, string | null>): void {
    let known = this.tables.get(table);
    if (known === undefined) {
      const columns = [...row.keys()];
      known = { columns, rows: new RowsFile(this.file.spool('rows'), columns) };
      this.tables.set(table, known);
    }
    known.rows.add(known.columns.map((column) => row.get(column) ?? null));
  }
}
