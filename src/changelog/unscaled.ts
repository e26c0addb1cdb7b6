import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import type { InputFile } from '../input/input-file.js';
import { tableOfTopic } from '../input/topic-name.js';
import { text } from '../sql/quote.js';
import { EVENTS, isOf, sourceWords } from './events-table.js';
import type { TextEvidence } from './evidence.js';
import { type Base64Fields, declaredScale } from './forms.js';
import type { LoadContext } from './load-context.js';

/** One error per table and column that is base64 without a known scale, or that nobody can tell from text. */
export async function unscaled(
  engine: Engine,
  file: InputFile,
  index: number,
  context: LoadContext,
  base64: Base64Fields,
  evidence: ReadonlyMap<string, TextEvidence>,
): Promise<readonly Diagnostic[]> {
  if (base64.size === 0) return [];
  const rows = await engine.rows(
    `SELECT coalesce(min(stream), ${text(file.fileTopic)}), -1 - misfit FROM ${EVENTS} WHERE ${isOf(file, index)} AND misfit < 0 GROUP BY ${sourceWords(context.plan.sources).join(', ')}, misfit ORDER BY 1, 2`,
  );
  const without = rows
    .map(([stream, at]) => ({ stream: String(stream), field: context.plan.values[Number(at)]!.field }))
    .filter(({ field }) => base64.has(field));
  const unsure = [...base64].flatMap(([field, mode]) => {
    const said = context.options.readAs?.some((r) => r.column.toLowerCase() === field) ?? false;
    const either = evidence.get(field)?.either ?? 0;
    return mode === 'mixed' && either > 0 && !said ? [{ field, either }] : [];
  });
  return [
    ...without.map(({ stream, field }) => withoutScale(file, stream, field, context)),
    ...unsure.map(({ field, either }) => ambiguous(file, field, either)),
  ];
}

function withoutScale(file: InputFile, stream: string, field: string, context: LoadContext): Diagnostic {
  const table = stream.slice(stream.lastIndexOf('.') + 1);
  const others = [...new Set(context.history.filter((v) => v.table === table).map((v) => v.server))];
  const server = stream.split('.')[0]!;
  const topic =
    others.length === 0 || others.includes(server)
      ? 'give the schema-change topic of the connector beside it'
      : `give the schema-change topic of ${server} beside it (the one here is of ${others.join(', ')})`;
  return {
    code: 'decimal-without-scale',
    severity: 'error',
    message: `Column ${field} of topic ${stream} holds decimals as base64 bytes, and nothing in the data says how many digits stand behind the point.`,
    place: { file: file.name, topic: stream, column: field },
    expected: 'a decimal as text, or a schema that gives its scale',
    found: 'base64 of an unscaled integer',
    help: `Give the scale that the database declares: --decimal-scale ${table}.${field}=2 (or --decimal-scale 2 for all), or DECIMAL(p, s) in a pipeline of your own (--pipeline FILE); or ${topic}; or export with decimal.handling.mode=string.`,
    next: `pharmabi inspect ${file.name}`,
  };
}

function ambiguous(file: InputFile, field: string, either: number): Diagnostic {
  const table = file.fileTopic.slice(file.fileTopic.lastIndexOf('.') + 1);
  return {
    code: 'decimal-ambiguous',
    severity: 'error',
    message: `Column ${field} of ${file.name} holds decimals both as base64 bytes and as text, and ${either} of its values can be read as either.`,
    place: { file: file.name, topic: file.fileTopic, column: field },
    expected: 'one form in all records, or a schema in each',
    found: `base64 beside text, and ${either} values of digits alone`,
    help: `Say what such values are: --read-as ${table}.${field}=base64, or --read-as ${table}.${field}=text.`,
    next: `pharmabi inspect ${file.name}`,
  };
}

/** Base64 decimals that were read with the scale that the pipeline declares: a guess, where the user has not said it and no schema does. */
export function base64Guesses(context: LoadContext, base64: Base64Fields): readonly string[] {
  const { options, history, sources } = context;
  if (options.declaredScales !== true) return [];
  return context.values.flatMap((v) => {
    const scale = declaredScale(v);
    if (scale === null || !base64.has(v.field)) return [];
    const tables = new Set(v.sources.map((s) => tableOfTopic(sources[s]!.topic)));
    return [...tables].flatMap((table) => {
      const told =
        history.some((h) => h.table === table && h.columns.has(v.field)) ||
        options.decimalScales.some(
          (s) => (s.column ?? v.field).toLowerCase() === v.field && (s.table ?? table).toLowerCase() === table,
        );
      return told
        ? []
        : [
            `${table}.${v.field}: base64 was read as decimals with ${scale} digits behind the point, as the pipeline declares them (a guess; --decimal-scale ${table}.${v.field}=N says it).`,
          ];
    });
  });
}
