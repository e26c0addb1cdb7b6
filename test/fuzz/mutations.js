// Damage to lines (from the line `from` on: what stands before it is whole) and to bytes.
import { gzipSync } from 'node:zlib';
import { pick } from './random.js';

const from_ = (change) => (lines, from, r) => lines.map((line, i) => (i < from ? line : change(line, r)));

/** Values that no schema foresaw. */
const ODD = ['null', 'true', '""', '[]', '{}', '-0', '1e999', '9223372036854775808', '"\\u0000"', '"NaN"', '"9999-99-99"', '0.1', '"-"', '18446744073709551616'];

export const LINE_MUTATIONS = {
  'cut in the middle of a line': (lines, from, r) => [...lines.slice(0, from), lines[from].slice(0, Math.floor(r() * lines[from].length))],
  'flipped bytes': from_(flip),
  'swapped lines': (lines, from, r) => [...lines.slice(0, from), ...lines.slice(from).sort(() => r() - 0.5)],
  'repeated lines': (lines, from) => [...lines, ...lines.slice(from), ...lines.slice(from)],
  'two records on a line': (lines, from) => [...lines.slice(0, from), lines[from] + (lines[from + 1] ?? ''), ...lines.slice(from + 2)],
  'a record over two lines': from_((line, r) => line.replace(/,/g, () => (r() < 0.05 ? ',\n' : ','))),
  'huge numbers': from_((line) => line.replace(/\d{4,}/g, (n) => `${n}99999999999999999999999999`)),
  'exponents and signs': from_((line) => line.replace(/:(\d+)/g, ':-$1e308')),
  'deep nesting': (lines, from) => [...lines.slice(0, from), `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`, `${'['.repeat(5000)}${']'.repeat(5000)}`, ...lines.slice(from)],
  'a deep value': from_((line) => line.replace(/:(\d+)/, `:${'['.repeat(1500)}${']'.repeat(1500)}`)),
  'wrong types': from_((line) => line.replace(/:("[^"]*"|\d+)/g, (_m, v) => (v.startsWith('"') ? ':[1]' : ':{"x":null}'))),
  'odd values': from_((line, r) => line.replace(/:(-?\d+(\.\d+)?|null|\\?"[^"\\]*\\?")/g, (all) => (r() < 0.15 ? `:${all[1] === '\\' ? pick(ODD, r).replaceAll('"', '\\"') : pick(ODD, r)}` : all))),
  'duplicate keys': from_((line) => line.replace('{', '{"op":"u","op":"zz",')),
  'fields in another case': from_((line) => line.replace(/"(id|op|after|source|status)\\?"/g, (name) => name.toUpperCase())),
  'control characters': from_((line) => line.replace(/,/g, ',\u0001\u0000')),
  'lone surrogates': from_((line) => line.replace(/"status/g, '"\\ud800status')),
  'a byte-order mark in every line': from_((line) => `\uFEFF${line}`),
  'carriage returns': from_((line) => `${line}\r`),
  'blank lines': from_((line) => `\n${line}\n\n`),
  'a line of ten megabytes': (lines, from) => [...lines.slice(0, from), `{"a":"${'x'.repeat(10_000_000)}"}`, ...lines.slice(from)],
  'names that are paths': from_((line) => line.replaceAll('shopb.pharmacy', '../../../etc/passwd\\u0000;')),
  'quotes of SQL': from_((line) => line.replaceAll('pharmacy', "p'); DROP TABLE x; --")),
  'a missing field here and there': from_((line, r) => line.replace(/\\?"\w+\\?":[^,{}[\]]*,/g, (all) => (r() < 0.1 ? '' : all))),
  'another form from here on': (lines, from) => [...lines.slice(0, from), '{op=c, before=null, after={id=1}}', 'Struct{id=1}', '<xml/>', '1,2,3', ...lines.slice(from)],
  emptied: () => [''],
};

export function flip(line, r) {
  const at = Math.floor(r() * line.length);
  return line.slice(0, at) + String.fromCharCode(Math.floor(r() * 256)) + line.slice(at + 1);
}

/** Damage to the bytes of a binary file. */
export const BYTE_MUTATIONS = {
  'cut off': (bytes, r) => bytes.subarray(0, Math.floor(r() * bytes.length)),
  'flipped bytes': (bytes, r) => {
    const copy = Buffer.from(bytes);
    for (let n = 1 + Math.floor(r() * 8); n > 0; n--) copy[Math.floor(r() * copy.length)] = Math.floor(r() * 256);
    return copy;
  },
  'a hole': (bytes, r) => {
    const at = Math.floor(r() * bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + Math.floor(r() * 500))]);
  },
  'zeros in the middle': (bytes, r) => {
    const copy = Buffer.from(bytes);
    const at = Math.floor(r() * copy.length);
    return copy.fill(0, at, Math.min(at + 200, copy.length));
  },
  'huge lengths': (bytes, r) => {
    const copy = Buffer.from(bytes);
    const at = Math.floor(r() * copy.length);
    return copy.fill(0xff, at, Math.min(at + 9, copy.length));
  },
  'twice in a row': (bytes) => Buffer.concat([bytes, bytes]),
  'rubbish behind it': (bytes, r) => Buffer.concat([bytes, Buffer.from(Array.from({ length: 300 }, () => Math.floor(r() * 256)))]),
};

const MEGA = 1_000_000;
let bombs = null;

/** Small files that unpack to a great deal. Made once: 200 MB are packed. */
export function bombsOf() {
  bombs ??= {
    'gzip: one line of 200 MB': gzipSync(Buffer.alloc(200 * MEGA, 'x')),
    'gzip: a record, then 100 MB of line ends': gzipSync(Buffer.alloc(100 * MEGA, '\n')),
    'gzip: a million empty records': gzipSync(Buffer.from('{}\n'.repeat(MEGA))),
    'gzip in gzip': gzipSync(gzipSync(Buffer.alloc(200 * MEGA, '{'))),
    'gzip: a text of 50 MB in a record': gzipSync(Buffer.from(`{"op":"c","after":{"id":"${'9'.repeat(50 * MEGA)}"},"source":{}}\n`)),
    'zstd: one line of 256 MB': zstdOf(2048),
  };
  return bombs;
}

/** A zstd frame of so many blocks of 128 KiB, each one byte repeated (RFC 8878: 4 bytes a block). */
function zstdOf(blocks) {
  const size = 128 * 1024;
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
  const body = Buffer.alloc(blocks * 4);
  for (let i = 0; i < blocks; i++) {
    body.writeUIntLE((size << 3) | 2 | Number(i === blocks - 1), i * 4, 3);
    body[i * 4 + 3] = 0x61;
  }
  return Buffer.concat([head, body]);
}
