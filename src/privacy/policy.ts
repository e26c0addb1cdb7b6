/** What becomes of a column before anything else sees it. */
export type Action =
  | { readonly kind: 'keep' }
  | { readonly kind: 'drop' }
  /** HMAC-SHA-256 under the key of an entity; `optional`: kept as it is where no key was given. */
  | { readonly kind: 'hash'; readonly entity: string; readonly optional: boolean }
  /** So many asterisks in place of any value, as Debezium's `column.mask.with.<n>.chars`. */
  | { readonly kind: 'mask'; readonly characters: number }
  /** The first characters, as Debezium's `column.truncate.to.<n>.chars`. */
  | { readonly kind: 'truncate'; readonly characters: number }
  | Generalisation;

/** A coarser value of the same thing. */
export type Generalisation = { readonly kind: 'generalise' } & (
  | { readonly to: 'area'; readonly characters: number }
  | { readonly to: 'birth-year' | 'day' | 'week' }
  /** `1980-1984`; everyone born up to the end of the band of `oldest` stands in `up to 1939`. */
  | { readonly to: 'birth-year-band'; readonly years: number; readonly oldest: number }
  /** `35-39`, and `90+`, as of a day (ISO 8601). */
  | { readonly to: 'age-band'; readonly years: number; readonly at: string }
);

/** What a policy says of one table. */
export interface TablePolicy {
  /** Columns that no line names are dropped: a pipeline that uses one is refused. */
  readonly persons: boolean;
  /** By lower-case name of the column. */
  readonly columns: ReadonlyMap<string, Action>;
}

/** A de-identification policy: by lower-case name of the table. */
export interface Policy {
  readonly file: string;
  /** `none: true`: nothing is dropped, hashed or refused, on the user's word. */
  readonly none: boolean;
  readonly tables: ReadonlyMap<string, TablePolicy>;
  /** Times that are exact inside a replay and coarser where rows leave it: by lower-case relation (`*`: every one) and column. */
  readonly outputs: ReadonlyMap<string, ReadonlyMap<string, CoarseTime>>;
}

/** How much of a time leaves: the day, or the Monday of its week (UTC). */
export type CoarseTime = 'day' | 'week';

/** What is done with a column: the policy's word, or the rule for columns that it does not name. */
export function actionOf(policy: Policy, table: string, column: string): Action | 'unnamed' {
  const rules = policy.tables.get(table.toLowerCase());
  return rules?.columns.get(column.toLowerCase()) ?? (rules?.persons === true ? 'unnamed' : { kind: 'keep' });
}

/** An action in the words of a policy file: `hash: patient`. */
export function actionText(action: Action): string {
  switch (action.kind) {
    case 'hash':
      return `hash: ${action.entity}`;
    case 'mask':
    case 'truncate':
      return `${action.kind}: ${action.characters}`;
    case 'generalise':
      return `generalise: ${action.to}`;
    default:
      return action.kind;
  }
}
