import { row } from './row.js';

/** BYTES. */
export const BYTES_FUNCTIONS = [
  row(
    'BIGINT_FROM_BYTES',
    ['(BYTES) -> BIGINT', '(BYTES, STRING) -> BIGINT'],
    'The number that 8 bytes hold, BIG_ENDIAN or LITTLE_ENDIAN.',
    "BIGINT_FROM_BYTES(TO_BYTES('0000000000000001', 'hex')) = 1",
  ),
  row(
    'DOUBLE_FROM_BYTES',
    ['(BYTES) -> DOUBLE', '(BYTES, STRING) -> DOUBLE'],
    'The DOUBLE that 8 bytes hold.',
    "DOUBLE_FROM_BYTES(TO_BYTES('3FF0000000000000', 'hex')) = 1.0",
  ),
  row(
    'FROM_BYTES',
    ['(BYTES, STRING) -> STRING'],
    'Bytes as text: hex, utf8, ascii or base64.',
    "FROM_BYTES(TO_BYTES('ab', 'utf8'), 'hex') = '6162'",
  ),
  row(
    'INT_FROM_BYTES',
    ['(BYTES) -> INTEGER', '(BYTES, STRING) -> INTEGER'],
    'The number that 4 bytes hold.',
    "INT_FROM_BYTES(TO_BYTES('00000001', 'hex')) = 1",
  ),
  row(
    'TO_BYTES',
    ['(STRING, STRING) -> BYTES'],
    'Text (hex, utf8, ascii or base64) as bytes.',
    "TO_BYTES('6162', 'hex') = 'ab'",
  ),
];
