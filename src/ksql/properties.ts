import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { Property } from './ast/index.js';
import type { SchemaColumn, TopicFormat } from './catalog.js';

/** The settings that a WITH clause may hold, with what each means for a replay. */
const KNOWN: Readonly<Record<string, string>> = {
  CLEANUP_POLICY: 'ignored: a matter of the cluster',
  FORMAT: 'format of key and value',
  KAFKA_TOPIC: 'topic, or just its table',
  KEY_DELIMITER: 'delimiter of DELIMITED keys',
  KEY_FORMAT: 'format of the key',
  KEY_PROTOBUF_NULLABLE_REPRESENTATION: 'ignored: a matter of the serialiser',
  KEY_SCHEMA_FULL_NAME: 'ignored: a matter of the serialiser',
  KEY_SCHEMA_ID: 'ignored: a matter of the serialiser',
  PARTITIONS: 'ignored: a matter of the cluster',
  REPLICAS: 'ignored: a matter of the cluster',
  RETENTION_MS: 'ignored: a matter of the cluster',
  TIMESTAMP: 'column that dates a record (ROWTIME)',
  TIMESTAMP_FORMAT: 'pattern of a text TIMESTAMP column',
  VALUE_AVRO_SCHEMA_FULL_NAME: 'ignored: a matter of the serialiser',
  VALUE_DELIMITER: 'delimiter of DELIMITED values',
  VALUE_FORMAT: 'format of the value',
  VALUE_PROTOBUF_NULLABLE_REPRESENTATION: 'ignored: a matter of the serialiser',
  VALUE_SCHEMA_FULL_NAME: 'ignored: a matter of the serialiser',
  VALUE_SCHEMA_ID: 'ignored: a matter of the serialiser',
  WINDOW_SIZE: 'size of the windows of a windowed key',
  WINDOW_TYPE: 'kind of the windows of a windowed key',
  WRAP_SINGLE_VALUE: 'whether a single value column is wrapped in an object',
};

const FORMATS = ['JSON', 'JSON_SR', 'DELIMITED', 'AVRO', 'KAFKA', 'NONE', 'PROTOBUF', 'PROTOBUF_NOSR'];

/** A WITH clause by name, after every name and format was checked. */
export type Settings = ReadonlyMap<string, Property>;

/** Checks the names of a WITH clause; every unknown one is reported with the nearest known one. */
export function readSettings(properties: readonly Property[], report: (d: Diagnostic) => void): Settings {
  const settings = new Map<string, Property>();
  for (const property of properties) {
    if (property.name === 'KEY') {
      report({
        code: 'key-property',
        severity: 'error',
        message: `WITH (KEY=...) went out of the dialect in 2020: the key is declared as a column.`,
        place: { span: property.nameSpan },
        help: `write the column as \`${property.value.text.toUpperCase()} <type> PRIMARY KEY\` (table) or \`KEY\` (stream) and leave this setting out`,
      });
    } else if (!(property.name in KNOWN)) {
      const near = suggest(property.name, Object.keys(KNOWN));
      report({
        code: 'unknown-property',
        severity: 'error',
        message: `There is no setting ${property.name}.`,
        place: { span: property.nameSpan },
        ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
      });
    } else if (settings.has(property.name)) {
      report({
        code: 'repeated-property',
        severity: 'error',
        message: `The setting ${property.name} stands here twice.`,
        place: { span: property.nameSpan },
        help: 'keep one of them',
      });
    } else {
      settings.set(property.name, property);
    }
    if (property.name.endsWith('FORMAT') && property.name !== 'TIMESTAMP_FORMAT') checkFormat(property, report);
  }
  return settings;
}

function checkFormat(property: Property, report: (d: Diagnostic) => void): void {
  const name = property.value.text.toUpperCase();
  if (FORMATS.includes(name)) return;
  const near = suggest(name, FORMATS);
  report({
    code: 'unknown-format',
    severity: 'error',
    message: `There is no format '${property.value.text}'.`,
    place: { span: property.value.span },
    expected: `one of ${FORMATS.join(', ')}`,
    found: property.value.text,
    ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
  });
}

/** The text of a setting, or undefined where it is not given. */
export function setting(settings: Settings, name: string): string | undefined {
  return settings.get(name)?.value.text;
}

/** Formats of a topic: what the WITH clause says, else what `inherited` (the left-most source) has. */
export function topicFormat(
  settings: Settings,
  topic: string,
  inherited: Partial<TopicFormat>,
  columns: readonly SchemaColumn[],
): TopicFormat {
  const both = setting(settings, 'FORMAT')?.toUpperCase();
  const hasKey = columns.some((c) => c.key);
  const asked = setting(settings, 'KEY_FORMAT')?.toUpperCase() ?? both;
  const fallback = inherited.keyFormat === undefined || inherited.keyFormat === 'NONE' ? 'KAFKA' : inherited.keyFormat;
  const keyFormat = asked ?? (hasKey ? fallback : 'NONE');
  const valueFormat = setting(settings, 'VALUE_FORMAT')?.toUpperCase() ?? both ?? inherited.valueFormat ?? 'JSON';
  const wrap = setting(settings, 'WRAP_SINGLE_VALUE');
  const keyDelimiter = delimiter(setting(settings, 'KEY_DELIMITER')) ?? inherited.keyDelimiter;
  const valueDelimiter = delimiter(setting(settings, 'VALUE_DELIMITER')) ?? inherited.valueDelimiter;
  return {
    topic,
    keyFormat,
    valueFormat,
    ...(keyDelimiter === undefined ? {} : { keyDelimiter }),
    ...(valueDelimiter === undefined ? {} : { valueDelimiter }),
    ...(wrap === undefined ? {} : { wrapSingleValue: wrap.toLowerCase() === 'true' }),
  };
}

function delimiter(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text.toUpperCase() === 'TAB') return '\t';
  if (text.toUpperCase() === 'SPACE') return ' ';
  return text;
}
