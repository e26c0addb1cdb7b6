import type { Place } from '../diagnostics/diagnostic.js';
import type { SourceMapping } from '../ksql/mapping.js';

/** The name of the configuration in the working folder. Nothing above it is looked at. */
export const CONFIG_FILE = 'pharmabi.yaml';

/** An option that a configuration may set: its long name, and what its value may be. */
export interface ConfigOption {
  readonly name: string;
  /** A flag is true or false; a value is a text or number; repeatable ones may be a list. */
  readonly kind: 'flag' | 'value' | 'list';
  readonly choices?: readonly string[];
  /** The value names a file or folder: relative to the configuration. */
  readonly path?: boolean;
  readonly help: string;
}

/** What options a configuration may set, and the parameters of each report. */
export interface ConfigVocabulary {
  readonly options: readonly ConfigOption[];
  readonly reports: ReadonlyMap<string, readonly ConfigOption[]>;
}

/** A value of a configuration as the command line would have it, and where it stands. A flag that is off has no texts. */
export interface ConfigValue {
  readonly texts: readonly string[];
  readonly place: Place;
}

/** A configuration that was read: options by long name, parameters by report, and what the shop calls its tables. */
export interface Config {
  readonly file: string;
  readonly text: string;
  readonly options: ReadonlyMap<string, ConfigValue>;
  readonly reports: ReadonlyMap<string, ReadonlyMap<string, ConfigValue>>;
  /** Absent where the file says nothing of tables. */
  readonly mapping?: SourceMapping;
}
