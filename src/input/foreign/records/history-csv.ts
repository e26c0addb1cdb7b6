import type { ForeignFile } from '../foreign.js';
import { csvRows, headObjects } from './csv-rows.js';
import { BARE, type Framing } from './framing.js';
import { HISTORIES } from './translators/history-rows.js';

/** CSV of a table's history: rows with a column of operations, or with columns by which a tool marks deletes. */
export const HISTORY_CSV: Framing = {
  what: 'CSV',
  async recognises(file) {
    if (!mayBe(file)) return false;
    const rows = await headObjects(file);
    return rows.some((row) => '__op' in row || HISTORIES.some((history) => history.recognises(row)));
  },
  async *records(file, pieces) {
    for await (const { row, line } of csvRows(file, pieces)) yield { line, record: { ...BARE, value: row } };
  },
};

/** Names of which one stands in the header of every such table. */
const NAMES =
  /(^|[",;\t])"?(_*op|_cdc|_cdc[._]\w+|_?change_type|header__\w+|_*operation(_type)?|op_type|cdc_operation|dml_type|_*change_operation|metadata\$action|_ab_cdc_\w+|_airbyte_data|_fivetran_\w+|_sdc_deleted_at|__hevo__\w+|_peerdb_is_deleted|__deleted)"?(?=$|[",;\t\r])/im;

function mayBe({ text, columns }: ForeignFile): boolean {
  const [first = ''] = text.split('\n', 1);
  return !/^\s*[[{<]/.test(first) && NAMES.test(columns?.join(',') ?? first);
}
