import type { Translator } from '../record.js';
import { AVRO_UNIONS } from './avro-unions.js';
import { CANAL } from './canal.js';
import { CHANGELOG_JSON, QLIK_REPLICATE, TAP_MESSAGES } from './changelog-rows.js';
import { CLOUD_EVENTS } from './cloud-events.js';
import { DMS } from './dms.js';
import { GOLDENGATE } from './goldengate.js';
import { HISTORIES } from './history-rows.js';
import { MAXWELL } from './maxwell.js';
import { MONGODB } from './mongodb.js';
import { WAL2JSON } from './wal2json.js';

/** All forms of values that become envelopes, the surest first; what wraps others before them. */
export const TRANSLATORS: readonly Translator[] = [
  AVRO_UNIONS,
  MAXWELL,
  CANAL,
  GOLDENGATE,
  DMS,
  CLOUD_EVENTS,
  MONGODB,
  WAL2JSON,
  QLIK_REPLICATE,
  CHANGELOG_JSON,
  TAP_MESSAGES,
  ...HISTORIES,
];
