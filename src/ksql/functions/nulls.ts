import { row } from './row.js';

const OWN = { nulls: 'own' } as const;

/** Nulls, and copies of keys. */
export const NULLS = [
  row('AS_VALUE', ['(T) -> T'], 'A key column as a value column.', 'AS_VALUE(ID) = ID', OWN),
  row('COALESCE', ['(T, T...) -> T'], 'The first argument that is not null.', 'COALESCE(NULL, 1) = 1', OWN),
  row('IFNULL', ['(T, T) -> T'], 'The second where the first is null.', 'IFNULL(NULL, 1) = 1', OWN),
  row('NULLIF', ['(T, T) -> T'], 'Null where both are equal, else the first.', 'NULLIF(1, 1) = NULL', OWN),
];
