/** How the values of a wanted field are taken out of a line. A value that is not exactly of its type makes the line one for the general reader. */
export type ScanType =
  /** A JSON integer of at most 18 digits: BIGINT. */
  | { readonly kind: 'integer' }
  /** A JSON number, or a text with a point, of at most 18 digits and the scale's behind the point: DECIMAL. */
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** A JSON string without escapes: VARCHAR. */
  | { readonly kind: 'text' }
  /** A JSON boolean: BOOLEAN. */
  | { readonly kind: 'boolean' }
  /** A JSON number of at most 15 digits: DOUBLE. */
  | { readonly kind: 'double' }
  /** A text of few different values (at most 250 in a file, of at most 248 bytes), or a boolean: VARCHAR. */
  | { readonly kind: 'fact' }
  /** Debezium's operation of a row that is no truncate: a fact. */
  | { readonly kind: 'operation' }
  /** The first position in PostgreSQL's `source.sequence`: BIGINT. */
  | { readonly kind: 'sequence' };

/** A field that is wanted of every line, by the places where it may stand: of several that are there the first counts. */
export interface WantedField {
  readonly name: string;
  readonly paths: readonly (readonly string[])[];
  readonly type: ScanType;
}

/** What is wanted of the lines of a file. */
export interface ScanRequest {
  readonly fields: readonly WantedField[];
  /** An object whose bytes are the same in most lines (`schema`): what it says is a fact, told by its text. */
  readonly constant?: readonly string[];
  /** Where the record stands as JSON text inside a string (kcat's `payload`). */
  readonly quoted?: readonly string[];
  /** Places whose value must not be null: a line with none there is no change event. */
  readonly whole: readonly (readonly string[])[];
}

/** Most facts of a request: what stands in a row's combination, less the number of its constant. */
export const MOST_FACTS = 15;

/** True for fields whose values are told by a combination's number. */
export function isFact(type: ScanType): boolean {
  return type.kind === 'fact' || type.kind === 'operation';
}
