import { DEFAULT_ENGINE, ENGINES } from '../relation.js';

/** An option as data: parsing, help, environment and completion come from this one table. */
export interface OptionDefinition {
  /** Long name without dashes. The same name has the same meaning in all commands. */
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in help (`FILE`); a flag has none. */
  readonly value?: string;
  readonly repeatable?: boolean;
  readonly choices?: readonly string[];
  /** The value where none is given, as a user would write it. */
  readonly defaultText?: string;
  readonly help: string;
  /** The commonest options stand first in help. */
  readonly common?: boolean;
  /** May also come from `PHARMABI_<NAME>`; the option wins. */
  readonly environment?: boolean;
  /** The value names a file or folder. */
  readonly path?: boolean;
  /** Said anew for each run: no configuration sets it. */
  readonly onlyTyped?: boolean;
}

/** Name of the environment variable that an option may come from: `known-at` is `PHARMABI_KNOWN_AT`. */
export function environmentName(option: string): string {
  return `PHARMABI_${option.toUpperCase().replaceAll('-', '_')}`;
}

/** Options that every command understands. */
export const EVERYWHERE: readonly OptionDefinition[] = [
  { name: 'help', short: 'h', help: 'Show help and stop.', onlyTyped: true },
  { name: 'version', short: 'V', help: 'Show the version and stop.', onlyTyped: true },
  { name: 'quiet', short: 'q', help: 'Say nothing but errors on stderr.', environment: true },
  { name: 'verbose', short: 'v', help: 'Explain what is done; always print the closing table.', environment: true },
  {
    name: 'debug',
    help: 'Print the SQL that runs, with timings, and the stack of an internal error.',
    environment: true,
  },
  { name: 'no-color', help: 'No colour, also on a terminal (as NO_COLOR and TERM=dumb do).' },
  { name: 'ascii', help: 'Draw tables and pictures with ASCII characters only.', environment: true },
];

/** The key of keyed hashes: a file of its own, so that it stands in no command line and no manifest. */
export const HASH_KEY: OptionDefinition = {
  name: 'hash-key',
  value: 'FILE',
  path: true,
  environment: true,
  help: 'Key of the hashes that a policy asks for (at least 16 bytes; - is stdin): ids become pseudonyms that still join.',
};

/** What shapes a replay: each of these may change a number, and each stands in the manifest. */
export const REPLAY: readonly OptionDefinition[] = [
  {
    name: 'order',
    value: 'ORDER',
    choices: ['event-time', 'as-published'],
    defaultText: 'event-time',
    common: true,
    environment: true,
    help: 'Replay by what happened when (event-time), or snapshot first and then as the connector published (as-published).',
  },
  {
    name: 'engine',
    value: 'VERSION',
    choices: ENGINES,
    defaultText: DEFAULT_ENGINE,
    environment: true,
    help: 'Which ksqlDB to follow where versions differ: 7.6 (Kafka Streams 3.6) loses rows of LEFT joins whose key is null, 7.7 and later keep them.',
  },
  {
    name: 'until',
    value: 'TIME',
    common: true,
    environment: true,
    help: 'Only what happened up to TIME (event time, inclusive): 2026-06-30 (the whole day, in --time-zone), 2026-06-30T12:00:00Z, or epoch milliseconds.',
  },
  {
    name: 'known-at',
    value: 'TIME',
    common: true,
    environment: true,
    help: 'Only what the source had committed at TIME (inclusive, same forms): what did we know then?',
  },
  {
    name: 'baseline',
    value: 'RULE',
    choices: ['strict', 'open'],
    defaultText: 'strict',
    environment: true,
    help: 'Before the first known version of a row: strict says unknown, open takes that version and counts it as assumed.',
  },
  {
    name: 'pipeline',
    short: 'p',
    value: 'FILE',
    path: true,
    common: true,
    environment: true,
    help: 'A pipeline of your own in the ksqlDB dialect, instead of the one that ships.',
  },
  {
    name: 'topic',
    value: 'NAME=PATTERN',
    repeatable: true,
    help: 'Topics that a router renamed: the source that the pipeline calls NAME is met by topics like PATTERN (* is any run).',
  },
  {
    name: 'decimal-scale',
    value: '[TABLE.COLUMN=]N',
    repeatable: true,
    help: 'Digits after the point of decimals that were exported as bytes without their schema.',
  },
  {
    name: 'csv',
    value: '[NAME=]KEY:VALUE,...',
    repeatable: true,
    help: 'How dumps (of table or file NAME) are written, where their content does not tell: delimiter, quote, escape, null, encoding, decimal, date, zone, columns. For example --csv "orders=delimiter:;,decimal:comma,date:dmy,encoding:cp1252", --csv "brands=columns:id|name,null:NULL|empty".',
  },
  {
    name: 'read-as',
    value: '[TABLE.]COLUMN=FORM',
    repeatable: true,
    help: 'How a column is written, where the data do not say: times in ms, us, ns or days; bytes in hex or base64; text (no bytes).',
  },
  {
    name: 'avro-schemas',
    value: 'FOLDER',
    path: true,
    environment: true,
    help: 'Schemas of Confluent-framed Avro records: one file per schema id, the id last in its name (7.avsc).',
  },
  {
    name: 'policy',
    value: 'FILE',
    path: true,
    environment: true,
    help: 'De-identification policy (YAML) instead of the one that ships for the pharmacy: what is dropped, hashed, made coarser.',
  },
  HASH_KEY,
  {
    name: 'time-zone',
    value: 'ZONE',
    defaultText: 'UTC',
    environment: true,
    help: 'Zone of days, months and years, by its IANA name (Europe/Berlin).',
  },
];

/** Limits of a run: none of these changes a number. */
export const LIMITS: readonly OptionDefinition[] = [
  {
    name: 'threads',
    value: 'N',
    defaultText: 'number of cores, at most 8; one for less than 32 MB',
    environment: true,
    help: 'Threads of the engine.',
  },
  {
    name: 'memory',
    value: 'SIZE',
    defaultText: '1GB',
    environment: true,
    help: 'Memory of the whole process, roughly (at least 350MB; it spills to disk beyond).',
  },
  {
    name: 'temp-dir',
    value: 'FOLDER',
    path: true,
    environment: true,
    help: 'Where the engine spills to; default is the system folder for temporary files.',
  },
  {
    name: 'cache',
    value: 'FOLDER',
    path: true,
    environment: true,
    help: 'Where what was read of large inputs is kept for the next run, de-identified; default is the cache folder of the platform.',
  },
  {
    name: 'cache-by-time',
    environment: true,
    help: 'Take what is kept of an input whose size, time of change and inode are the same, without looking at its bytes; the notes say so.',
  },
  { name: 'no-cache', environment: true, help: 'Keep nothing, and read every input anew.' },
  {
    name: 'max-bad',
    value: 'N',
    environment: true,
    help: 'Stop with exit 3 as soon as more than N records cannot be used.',
  },
  {
    name: 'strict',
    environment: true,
    help: 'Exit 3 when anything could not be decoded (results are written all the same).',
  },
];

/** Where results go. */
export const RESULTS: readonly OptionDefinition[] = [
  {
    name: 'quarantine',
    value: 'FILE',
    path: true,
    help: 'Write one JSON line per record that could not be used: file, line, byte offset, topic, code, reason, field names; no values.',
  },
  { name: 'force', short: 'f', help: 'Replace existing files.', onlyTyped: true },
  {
    name: 'manifest',
    value: 'FILE',
    path: true,
    help: 'Where the manifest goes; default is beside the first --out FILE, as FILE.manifest.json.',
  },
];

/** Where options may come from beside the command line. */
export const CONFIGURED: readonly OptionDefinition[] = [
  {
    name: 'config',
    value: 'FILE',
    help: 'Options and the names of your tables and columns, in YAML; default is pharmabi.yaml in the working folder, where it exists.',
    onlyTyped: true,
  },
  {
    name: 'show-config',
    help: 'Show every option with its value and where it comes from, and stop.',
    onlyTyped: true,
  },
];

/** What the topics of a cluster are like. */
export const PARTITIONS: OptionDefinition = {
  name: 'partitions',
  value: '[TOPIC=]N',
  repeatable: true,
  help: 'Partitions of the source topics on the cluster: N of all, TOPIC=N of one. Without it check takes what the file declares, deploy 4.',
};

/** Stop before anything is read or written. */
export const DRY_RUN: OptionDefinition = {
  name: 'dry-run',
  help: 'Check pipeline, options and parameters, list what would be read and written, and stop: nothing is touched.',
  onlyTyped: true,
};

/** The options of a command, and those of every command. */
export function shownOptions(own: readonly OptionDefinition[]): readonly OptionDefinition[] {
  return [...own, ...EVERYWHERE];
}
