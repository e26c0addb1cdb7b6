import { row } from './row.js';

const TEXT = ['(STRING) -> STRING'];

/** URLs. */
export const URL_FUNCTIONS = [
  row('URL_DECODE_PARAM', TEXT, 'Without percent signs and plus signs of a form.', "URL_DECODE_PARAM('a%20b') = 'a b'"),
  row('URL_ENCODE_PARAM', TEXT, 'Made safe for a URL.', "URL_ENCODE_PARAM('a b') = 'a+b'"),
  row('URL_EXTRACT_FRAGMENT', TEXT, 'What follows #.', "URL_EXTRACT_FRAGMENT('http://a/#b') = 'b'"),
  row('URL_EXTRACT_HOST', TEXT, 'The host.', "URL_EXTRACT_HOST('http://a:1/') = 'a'"),
  row(
    'URL_EXTRACT_PARAMETER',
    ['(STRING, STRING) -> STRING'],
    'One parameter of the query.',
    "URL_EXTRACT_PARAMETER('http://a/?b=1', 'b') = '1'",
  ),
  row('URL_EXTRACT_PATH', TEXT, 'The path.', "URL_EXTRACT_PATH('http://a/b') = '/b'"),
  row(
    'URL_EXTRACT_PORT',
    ['(STRING) -> INTEGER'],
    'The port, null where none is named.',
    "URL_EXTRACT_PORT('http://a:1/') = 1",
  ),
  row('URL_EXTRACT_PROTOCOL', TEXT, 'The scheme.', "URL_EXTRACT_PROTOCOL('http://a') = 'http'"),
  row('URL_EXTRACT_QUERY', TEXT, 'The query.', "URL_EXTRACT_QUERY('http://a/?b=1') = 'b=1'"),
];
