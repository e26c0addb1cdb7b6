import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { Engine } from '../engine/engine.js';
import { type InputFile, setAside } from '../input/input-file.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { SourceDeclaration } from '../ksql/source.js';
import { EVENTS, sourcesIn, sourceWords } from './events-table.js';
import type { FileResult } from './read-file.js';

const SHOWN = 20;

/**
 * One error per topic that no record and no file of the input belongs to, and where there is one, an error per file that
 * could not be read, with what is wrong with it: it may be the missing one.
 */
export async function missingSources(
  engine: Engine,
  files: readonly InputFile[],
  sources: readonly SourceDeclaration[],
  results: readonly FileResult[],
): Promise<readonly Diagnostic[]> {
  const words = sourceWords(sources.length).map((word) => `bit_or(${word})::VARCHAR`);
  const met = sourcesIn((await engine.rows(`SELECT ${words.join(', ')} FROM ${EVENTS}`))[0]!);
  const missing = sources.filter(
    (source, at) => !met.includes(at) && !files.some((f, i) => emptyFileOf(f, results[i]!, source)),
  );
  if (missing.length === 0) return [];
  const found = (await engine.rows(`SELECT DISTINCT stream FROM ${EVENTS} WHERE stream IS NOT NULL ORDER BY 1`)).map(
    (row) => String(row[0]),
  );
  // Placed records keep no name of their topic: the sources that were met name theirs.
  for (const source of sources)
    if (!missing.includes(source) && !found.some((f) => tableOfTopic(f) === tableOfTopic(source.topic)))
      found.push(source.topic);
  found.push(...files.filter((_, i) => results[i]!.unneeded !== undefined).map(({ fileTopic }) => fileTopic));
  found.sort();
  const topics = [...new Set(missing.map((source) => source.topic))];
  const absent = topics.map((topic) =>
    missingTopic(
      topic,
      missing.filter((source) => source.topic === topic),
      found,
    ),
  );
  return [...absent, ...unreadFiles(files, results)];
}

function missingTopic(topic: string, sources: readonly SourceDeclaration[], found: readonly string[]): Diagnostic {
  const names = sources.map((source) => source.name);
  const mapped = sources.find((source) => source.mappedAt !== undefined);
  const near = suggest(topic, [...new Set(found.flatMap((f) => [f, tableOfTopic(f)]))]);
  return {
    code: 'no-input-for-source',
    severity: 'error',
    message: `No file holds the topic "${topic}" that ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} declared over.`,
    place: { ...mapped?.mappedAt, topic },
    expected: `records of topic or table ${topic}`,
    found: found.length === 0 ? 'no records of any topic' : listing(found),
    help:
      mapped !== undefined
        ? `The mapping calls "${mapped.declaredTopic}" so.${near === undefined ? '' : ` Did you mean ${near}?`}`
        : near === undefined
          ? `If a router renamed the topic, give --topic ${topic}=NAME.`
          : `Did you mean ${near}? If a router renamed the topic, give --topic ${topic}=${near}.`,
    next: 'pharmabi inspect INPUT...',
  };
}

/** Names in a line, the first of them only where they are many. */
export function listing(names: readonly string[]): string {
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more` : '';
  return `${names.slice(0, SHOWN).join(', ')}${more}`;
}

/** An error per file of which nothing was read, or not all: the reason is the reader's own. */
function unreadFiles(files: readonly InputFile[], results: readonly FileResult[]): readonly Diagnostic[] {
  const all = files.flatMap((file, index) => unreadFile(file, results[index]!));
  if (all.length <= SHOWN) return all;
  const rest: Diagnostic = {
    code: 'undecodable-input',
    severity: 'error',
    message: `${all.length - SHOWN} more files could not be read.`,
    next: 'pharmabi inspect INPUT...',
  };
  return [...all.slice(0, SHOWN), rest];
}

function unreadFile(file: InputFile, result: FileResult): readonly Diagnostic[] {
  const refused = setAside(file);
  if (refused !== null) {
    const { code, reason, help } = refused;
    return [problem(code, `${file.name === '-' ? 'Standard input' : file.name} ${reason}.`, { file: file.name }, help)];
  }
  const lines = [...file.rejected, ...result.rejected];
  const first = lines[0];
  if (first === undefined || (result.events > 0 && file.damage === null)) return [];
  const more = lines.length === 1 ? '' : ` So are ${lines.length - 1} more of its lines left out.`;
  const where = first.line === null ? file.name : `Line ${first.line} of ${file.name}`;
  const text = first.code.startsWith('truncated-') ? `${file.name}: ${first.reason}.` : `${where} ${first.reason}.`;
  return [problem(first.code, text + more, { file: file.name, ...(first.line === null ? {} : { line: first.line }) })];
}

function problem(code: string, message: string, place: NonNullable<Diagnostic['place']>, help?: string): Diagnostic {
  return { code, severity: 'error', message, place, ...(help !== undefined && { help }) };
}

/** A file that is there but has no record yet: the table is known, and empty. */
function emptyFileOf(file: InputFile, result: FileResult, source: SourceDeclaration): boolean {
  if ((setAside(file)?.code ?? 'empty-file') !== 'empty-file') return false;
  if (file.damage !== null || file.rejected.length + result.rejected.length > 0) return false;
  return tableOfTopic(file.fileTopic) === tableOfTopic(source.topic);
}
