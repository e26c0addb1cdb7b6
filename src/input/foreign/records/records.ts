import type { Rejected } from '../../../relation.js';
import { unpackedBytes } from '../../avro/bytes.js';
import type { ForeignFile, ForeignPart, Rewriter } from '../foreign.js';
import { LinesFile } from '../lines-file.js';
import { CSV_FRAMING } from './csv-framing.js';
import { DUMP_LOG } from './dump-log.js';
import type { Framing } from './framing.js';
import { HISTORY_CSV } from './history-csv.js';
import { isJson, type Json, jsonText } from './json.js';
import { isRunTogether, JSON_FRAMING, sampleObjects } from './json-framing.js';
import { KCAT_FORMAT } from './kcat-format.js';
import type { TopicRecord, Translator } from './record.js';
import { TRANSLATORS } from './translators/index.js';
import { kcatLine, unwrapped } from './unwrap.js';

/** How records can stand in a file, the surest first. */
const FRAMINGS: readonly Framing[] = [DUMP_LOG, CSV_FRAMING, HISTORY_CSV, KCAT_FORMAT];

/** Records in wrappers, framings and forms of others become lines of `kcat -J`, or of values where nothing tells their place. */
export const RECORDS: Rewriter = {
  what: 'records',
  recognises: async (file) => (await framingOf(file)) !== null || isForeignJson(file),
  rewrite: async (file) => [await written(file, (await framingOf(file)) ?? JSON_FRAMING)],
};

async function framingOf(file: ForeignFile): Promise<Framing | null> {
  for (const framing of FRAMINGS) if (await framing.recognises(file)) return framing;
  return null;
}

/** True where JSON is wrapped in another way than kcat's, run together, or in a form that has a translator. */
export function isForeignJson(file: ForeignFile): boolean {
  if (!JSON_FRAMING.recognises(file)) return false;
  const objects = sampleObjects(file);
  const records = objects.map((object) => ({ object, record: unwrapped(object) }));
  if (records.some(({ object, record }) => record !== null && !isKcat(object))) return true;
  if (records.some(({ object, record }) => translatorOf(record?.value ?? object) !== null)) return true;
  return isRunTogether(file);
}

function isKcat(object: Json): boolean {
  const { payload } = object;
  return (
    'topic' in object &&
    'offset' in object &&
    'partition' in object &&
    (typeof payload === 'string' || payload === null)
  );
}

/** The translator of a value and the value that it reads: what Connect wrapped with a schema is unwrapped for it. */
function translatorOf(value: Json): readonly [Translator, Json] | null {
  const inner = isJson(value.schema) && isJson(value.payload) ? value.payload : value;
  const found = TRANSLATORS.find((translator) => translator.recognises(inner));
  return found === undefined ? null : [found, inner];
}

async function written(file: ForeignFile, framing: Framing): Promise<ForeignPart> {
  const out = new Output(file, framing.what);
  for await (const framed of framing.records(file, unpackedBytes(file.path, file.compression))) {
    if ('code' in framed) out.reject(framed);
    else out.add(framed.record);
  }
  return out.end();
}

/** Forms in forms: a document of MongoDB in the JSON of Avro. */
const DEPTH = 2;

/** Lines of one file; all of `kcat -J` where one record came in a wrapper, so that the file has one form. */
class Output {
  private readonly file: ForeignFile;
  private readonly framing: string;
  private readonly lines: LinesFile;
  private readonly rejected: Rejected[] = [];
  private readonly aside = new Map<string, number>();
  private readonly forms = new Set<string>();
  private readonly wrapped: boolean;

  constructor(file: ForeignFile, framing: string) {
    this.file = file;
    this.framing = framing;
    this.lines = new LinesFile(file.spool('records'));
    this.wrapped =
      (framing !== '' && framing !== HISTORY_CSV.what) ||
      sampleObjects(file).some((object) => unwrapped(object) !== null);
    if (this.wrapped && framing === '') this.forms.add('records in a wrapper');
  }

  reject({ line, code, reason }: Omit<Rejected, 'file'> & { readonly line: number }): void {
    this.rejected.push({ file: this.file.name, line, code, reason });
  }

  add(record: TopicRecord, depth = 0): void {
    const found = record.value === null || depth > DEPTH ? null : translatorOf(record.value);
    if (found === null) {
      this.write(record);
      return;
    }
    const [translator, value] = found;
    this.forms.add(translator.what);
    const records = translator.translate({ ...record, value });
    if (typeof records !== 'string') for (const one of records) this.add(one, depth + 1);
    else this.aside.set(records, (this.aside.get(records) ?? 0) + 1);
  }

  end(): ForeignPart {
    const notes = [...this.aside].map(
      ([what, n]) =>
        `${this.file.name}: ${n} ${n === 1 ? 'record' : 'records'} that ${what} ${n === 1 ? 'is' : 'are'} set aside.`,
    );
    const forms = [this.framing, ...this.forms].filter((text) => text !== '');
    return { ...this.lines.end({ rejected: this.rejected, notes }), form: forms.join(', ') || 'JSON run together' };
  }

  private write(record: TopicRecord): void {
    this.lines.add(
      this.wrapped ? kcatLine(record, this.file.topic) : record.value === null ? 'null' : jsonText(record.value),
    );
  }
}
