import type { Rewriter } from './foreign.js';
import { RECORDS } from './records/records.js';
import { TAR, ZIP } from './tables/archive.js';
import { BOXED } from './tables/boxed.js';
import { JSON_TABLES } from './tables/json-tables.js';
import { PARQUET_HISTORY } from './tables/parquet-history.js';
import { SQL_DUMP } from './tables/sql-dump.js';
import { SQLITE } from './tables/sqlite.js';
import { WORKBOOK } from './tables/workbook.js';
import { XML_DUMP } from './tables/xml-dump.js';

/** All forms of other programs that are rewritten into forms that are read: the surest first. */
export const REWRITERS: readonly Rewriter[] = [
  WORKBOOK,
  ZIP,
  TAR,
  SQLITE,
  PARQUET_HISTORY,
  XML_DUMP,
  SQL_DUMP,
  JSON_TABLES,
  BOXED,
  RECORDS,
];
