import { row } from './row.js';

const MASKING = ['(STRING, INTEGER) -> STRING', '(STRING, INTEGER, STRING, STRING, STRING, STRING) -> STRING'];
const PAD = ['(STRING, INTEGER, STRING) -> STRING', '(BYTES, INTEGER, BYTES) -> BYTES'];
const OWN = { nulls: 'own' } as const;

/** Text (and the BYTES variants of the same functions). */
export const STRINGS = [
  row(
    'CHR',
    ['(INTEGER) -> STRING', '(STRING) -> STRING'],
    'The character of a code point, or of a \\uXXXX text.',
    "CHR(75) = 'K'",
  ),
  row(
    'CONCAT',
    ['(STRING, STRING...) -> STRING', '(BYTES, BYTES...) -> BYTES'],
    'All arguments in a row; nulls are left out.',
    "CONCAT('a', NULL, 'b') = 'ab'",
    OWN,
  ),
  row(
    'CONCAT_WS',
    ['(STRING, STRING...) -> STRING', '(BYTES, BYTES...) -> BYTES'],
    'Arguments in a row with a separator; nulls are left out.',
    "CONCAT_WS('-', 'a', NULL, 'b') = 'a-b'",
    OWN,
  ),
  row(
    'ENCODE',
    ['(STRING, STRING, STRING) -> STRING'],
    'From one encoding (hex, utf8, ascii, base64) to another.',
    "ENCODE('ab', 'ascii', 'hex') = '0x6162'",
  ),
  row(
    'INITCAP',
    ['(STRING) -> STRING'],
    'Every word with a capital first letter, the rest small.',
    "INITCAP('the mill') = 'The Mill'",
  ),
  row(
    'INSTR',
    [
      '(STRING, STRING) -> INTEGER',
      '(STRING, STRING, INTEGER) -> INTEGER',
      '(STRING, STRING, INTEGER, INTEGER) -> INTEGER',
    ],
    'Place of a text in another, from 1; 0 where it is not found; from a position (negative: backwards), at an occurrence.',
    "INSTR('banana', 'an', 3) = 4",
    OWN,
  ),
  row('LCASE', ['(STRING) -> STRING'], 'In small letters.', "LCASE('Ab') = 'ab'"),
  row('LEN', ['(STRING) -> INTEGER', '(BYTES) -> INTEGER'], 'Length in UTF-16 units, or bytes.', "LEN('abc') = 3"),
  row('LPAD', PAD, 'Filled on the left to a length, or cut to it.', "LPAD('7', 3, '0') = '007'"),
  row(
    'MASK',
    ['(STRING) -> STRING', '(STRING, STRING, STRING, STRING, STRING) -> STRING'],
    'Capitals, small letters, digits and others each replaced by a mark (X x n -).',
    "MASK('Ab 1') = 'Xx-n'",
    OWN,
  ),
  row('MASK_KEEP_LEFT', MASKING, 'Masked but for the first n characters.', "MASK_KEEP_LEFT('Abc', 1) = 'Axx'", OWN),
  row('MASK_KEEP_RIGHT', MASKING, 'Masked but for the last n characters.', "MASK_KEEP_RIGHT('Abc', 1) = 'Xxc'", OWN),
  row('MASK_LEFT', MASKING, 'The first n characters masked.', "MASK_LEFT('Abc', 1) = 'Xbc'", OWN),
  row('MASK_RIGHT', MASKING, 'The last n characters masked.', "MASK_RIGHT('Abc', 1) = 'Abx'", OWN),
  row(
    'MD5',
    ['(STRING) -> STRING'],
    'MD5 of the UTF-8 bytes, in hexadecimal.',
    "MD5('') = 'd41d8cd98f00b204e9800998ecf8427e'",
  ),
  row(
    'REGEXP_EXTRACT',
    ['(STRING, STRING) -> STRING', '(STRING, STRING, INTEGER) -> STRING'],
    'First match of a pattern, or of one of its groups.',
    "REGEXP_EXTRACT('a(.)', 'xaby', 1) = 'b'",
  ),
  row(
    'REGEXP_EXTRACT_ALL',
    ['(STRING, STRING) -> ARRAY<STRING>', '(STRING, STRING, INTEGER) -> ARRAY<STRING>'],
    'All matches of a pattern, or of one of its groups.',
    "REGEXP_EXTRACT_ALL('[0-9]', 'a1b2') = ['1', '2']",
  ),
  row(
    'REGEXP_REPLACE',
    ['(STRING, STRING, STRING) -> STRING'],
    'Every match of a pattern replaced.',
    "REGEXP_REPLACE('a1b2', '[0-9]', '') = 'ab'",
  ),
  row(
    'REGEXP_SPLIT_TO_ARRAY',
    ['(STRING, STRING) -> ARRAY<STRING>'],
    'Cut at every match of a pattern.',
    "REGEXP_SPLIT_TO_ARRAY('a1b2c', '[0-9]') = ['a', 'b', 'c']",
  ),
  row(
    'REPLACE',
    ['(STRING, STRING, STRING) -> STRING'],
    'Every occurrence of a text replaced.',
    "REPLACE('aba', 'a', 'c') = 'cbc'",
  ),
  row('RPAD', PAD, 'Filled on the right to a length, or cut to it.', "RPAD('7', 3, '0') = '700'"),
  row(
    'SPLIT',
    ['(STRING, STRING) -> ARRAY<STRING>', '(BYTES, BYTES) -> ARRAY<BYTES>'],
    'Cut at every occurrence of a text.',
    "SPLIT('a,b', ',') = ['a', 'b']",
  ),
  row(
    'SPLIT_TO_MAP',
    ['(STRING, STRING, STRING) -> MAP<STRING, STRING>'],
    'Entries cut at one text, keys from values at another.',
    "SPLIT_TO_MAP('a=1;b=2', ';', '=') = {a=1, b=2}",
  ),
  row(
    'SUBSTRING',
    [
      '(STRING, INTEGER) -> STRING',
      '(STRING, INTEGER, INTEGER) -> STRING',
      '(BYTES, INTEGER) -> BYTES',
      '(BYTES, INTEGER, INTEGER) -> BYTES',
    ],
    'Part of a text from a place (from 1, negative from the end), of a length.',
    "SUBSTRING('stream', 2, 3) = 'tre'",
  ),
  row('TRIM', ['(STRING) -> STRING'], 'Without blanks and control characters at both ends.', "TRIM(' a ') = 'a'"),
  row('UCASE', ['(STRING) -> STRING'], 'In capitals.', "UCASE('Ab') = 'AB'"),
  row(
    'UUID',
    ['(BYTES) -> STRING'],
    'The UUID that 16 bytes spell; null for another length.',
    "UUID(TO_BYTES('0123456789abcdef', 'utf8')) = '30313233-3435-3637-3839-616263646566'",
  ),
];
