import type { Template } from './template.js';

/** SQL of the null functions. */
export const NULLS_SQL: Readonly<Record<string, Template>> = {
  AS_VALUE: '{0}',
  COALESCE: 'coalesce({*})',
  IFNULL: 'coalesce({0}, {1})',
  NULLIF: 'nullif({0}, {1})',
};
