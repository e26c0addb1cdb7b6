// The scanner of change events, in AssemblyScript: one pass over the bytes of JSON lines, of which only wanted fields are taken out, typed.
//
// A *template* says how a line is written: the keys in their order with the bytes between values, and of each value what may stand there. A line
// that is written otherwise, or a wanted value that cannot be taken exactly as it stands (an escape, an exponent, too many digits), is not of
// the template: nothing of the line is kept, and its reader is another. So a scan is never wrong, only sometimes of no use.
//
// The host lays out the memory (`src/scanner/memory.ts`) and writes the structures below into it.
//
// NODE, 48 bytes: a key with its value.
//   0 literal: pointer, 4 length: the bytes from the value before up to this one (`,"key":`)
//   8 kind (below), 12 first child (index), 16 children, 20 slot (-1: not wanted)
//   24 closing literal: pointer, 28 length (objects); the constant (kind CONSTANT)
//   32 flags: WEAK, WHOLE
// SLOT, 32 bytes: a column of at most ROWS values.
//   0 type (below), 4 data pointer, 8 validity pointer (a bit per row), 12 bytes per value, 16 scale, 20 number (of a FACT), 24 dictionary pointer,
//   28 limits: pointer to 19 numbers (the first too large integer by missing digits behind the point)
// DICTIONARY: 0 entries, 4 the last one met; from 16 on, 256 bytes each: length, text.

const ROWS: u32 = 2048;

// Kinds of nodes.
const ANY: u32 = 0; // any JSON value; of a wanted one only what its slot takes
const OBJECT: u32 = 1; // an object of the children, or null
const NULL: u32 = 2; // null
const CONSTANT: u32 = 3; // exactly these bytes
const QUOTED: u32 = 4; // a string that holds an object of the children as JSON text

// Flags of nodes.
const WEAK: u32 = 1; // a value does not replace one that stands in the slot already
const WHOLE: u32 = 2; // null will not do

// Types of slots.
const INTEGER: u32 = 1; // 64 bits
const DECIMAL: u32 = 2; // an integer of 2, 4, 8 or 16 bytes, `scale` digits of it behind the point
const TEXT: u32 = 3; // 16 bytes: length, then the text, or its first four bytes and where it stands
const BOOLEAN: u32 = 4; // one byte
const DOUBLE: u32 = 5;
const FACT: u32 = 6; // a text of few values: its number in a dictionary goes into the facts of the row
const SEQUENCE: u32 = 7; // PostgreSQL's source.sequence: the first position in it
const OPERATION: u32 = 8; // a FACT that is r, c, u or d

let nodes: usize = 0;
let slots: usize = 0;
let slotCount: u32 = 0;
/** 16 bytes: the dictionary numbers of the row's facts. */
let facts: usize = 0;
/** Combinations of facts: 16 bytes each, and a table of 8,192 numbers (16 bits, from 1) to find them by. */
let combinations: usize = 0;
let combinationTable: usize = 0;
let combinationCount: u32 = 0;
let factColumn: usize = 0;
let recordColumn: usize = 0;
/** Long texts of the rows: slot, row, pointer, length (16 bytes each). */
let longTexts: usize = 0;
let longTextCount: u32 = 0;

let row: u32 = 0;
let failed: bool = false;
let escaped: bool = false;
let consumedTo: usize = 0;
let constantFact: u32 = 0;

const MOST_FACTS: u32 = 250;
const LONGEST_FACT: u32 = 248;
const MOST_COMBINATIONS: u32 = 4000;

export function setUp(
  nodesAt: usize,
  slotsAt: usize,
  slotNumber: u32,
  factsAt: usize,
  combinationsAt: usize,
  tableAt: usize,
  factColumnAt: usize,
  recordColumnAt: usize,
  longTextsAt: usize,
): void {
  nodes = nodesAt;
  slots = slotsAt;
  slotCount = slotNumber;
  facts = factsAt;
  combinations = combinationsAt;
  combinationTable = tableAt;
  factColumn = factColumnAt;
  recordColumn = recordColumnAt;
  longTexts = longTextsAt;
  combinationCount = 0;
}

export function consumed(): usize {
  return consumedTo;
}

export function combinationNumber(): u32 {
  return combinationCount;
}

export function longTextNumber(): u32 {
  return longTextCount;
}

/** Empties the columns for the next rows. */
export function clear(): void {
  longTextCount = 0;
  for (let s: u32 = 0; s < slotCount; s++) memory.fill(load<u32>(slots + 32 * s + 8), 0, ROWS / 8);
}

/**
 * Scans whole lines in [p, end) into rows from `first` on; `record` is the number of the first line, `root` the template's node, `mark` a number
 * that all lines of the template have as their last fact. Stops behind the row that fills the columns, and before a line that is not of the template. Gives the number of rows; `consumed` says how far it came.
 */
export function scan(p: usize, end: usize, first: u32, record: u32, root: u32, mark: u32): u32 {
  row = first;
  constantFact = mark;
  const node = nodes + 48 * <usize>root;
  while (p < end && row < ROWS) {
    failed = false;
    escaped = false;
    store<u64>(facts, 0);
    store<u64>(facts, 0, 8);
    const q = object(p, node);
    if (failed || load<u8>(q) != 10 || !keepFacts()) {
      forget();
      break;
    }
    store<u64>(recordColumn + 8 * <usize>row, <u64>record);
    record++;
    row++;
    p = q + 1;
  }
  consumedTo = p;
  return row;
}

/** Takes back what a line that failed has left in its row. */
function forget(): void {
  const at = row >> 3;
  const mask = <u8>~(<u32>1 << (row & 7));
  for (let s: u32 = 0; s < slotCount; s++) {
    const bits = <usize>load<u32>(slots + 32 * s + 8) + at;
    store<u8>(bits, load<u8>(bits) & mask);
  }
  while (longTextCount > 0 && load<u32>(longTexts + 16 * (longTextCount - 1) + 4) == row) longTextCount--;
}

/** The number of the row's combination of facts; false where there are too many. */
function keepFacts(): bool {
  store<u8>(facts, <u8>constantFact, 15);
  const low = load<u64>(facts);
  const high = load<u64>(facts, 8);
  let at = <u32>((low * 0x9e3779b97f4a7c15 + high * 0xc2b2ae3d27d4eb4f) >> 51);
  while (true) {
    const number = <u32>load<u16>(combinationTable + 2 * at);
    if (number == 0) break;
    const known = combinations + 16 * <usize>(number - 1);
    if (load<u64>(known) == low && load<u64>(known, 8) == high) {
      store<u16>(factColumn + 2 * row, <u16>(number - 1));
      return true;
    }
    at = (at + 1) & 8191;
  }
  if (combinationCount >= MOST_COMBINATIONS) return false;
  const next = combinations + 16 * <usize>combinationCount;
  store<u64>(next, low);
  store<u64>(next, high, 8);
  store<u16>(factColumn + 2 * row, <u16>combinationCount);
  combinationCount++;
  store<u16>(combinationTable + 2 * at, <u16>combinationCount);
  return true;
}

function fail(p: usize): usize {
  failed = true;
  return p;
}

/** True where `n` bytes at both places are the same. */
function same(a: usize, b: usize, n: u32): bool {
  while (n >= 16) {
    if (v128.any_true(v128.xor(v128.load(a), v128.load(b)))) return false;
    a += 16;
    b += 16;
    n -= 16;
  }
  if (n >= 8) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
    n -= 8;
  }
  if (n == 0) return true;
  return (load<u64>(a) ^ load<u64>(b)) << ((8 - <u64>n) << 3) == 0;
}

/** The children of `node`, from the bytes before its first key to its closing brace. */
function object(p: usize, node: usize): usize {
  let child = nodes + 48 * <usize>load<u32>(node, 12);
  for (let i = load<u32>(node, 16); i > 0; i--) {
    const length = load<u32>(child, 4);
    if (!same(load<u32>(child), p, length)) return fail(p);
    p = value(p + length, child);
    if (failed) return p;
    child += 48;
  }
  const length = load<u32>(node, 28);
  if (!same(load<u32>(node, 24), p, length)) return fail(p);
  return p + length;
}

function value(p: usize, node: usize): usize {
  const kind = load<u32>(node, 8);
  const slot = load<i32>(node, 20);
  if (kind == ANY) return slot < 0 ? skipValue(p, 0) : wanted(p, slots + 32 * <usize>slot, load<u32>(node, 32));
  if (kind == CONSTANT) {
    const length = load<u32>(node, 28);
    return same(load<u32>(node, 24), p, length) ? p + length : fail(p);
  }
  const c = load<u8>(p);
  if (c == 110 && (load<u32>(node, 32) & WHOLE) == 0) return word(p, 0x6c6c756e, 4);
  if (kind == OBJECT && c == 123) return object(p, node);
  if (kind == QUOTED && c == 34 && !escaped) {
    escaped = true;
    const q = object(p + 1, node);
    escaped = false;
    return !failed && load<u8>(q) == 34 ? q + 1 : fail(q);
  }
  return fail(p);
}

/** `null`, `true` or (from its second letter) `false`. */
function word(p: usize, letters: u32, length: u32): usize {
  return load<u32>(p + length - 4) == letters ? p + length : fail(p);
}

/** Of a string: the byte behind its opening quote; 0 where there is none. */
function opened(p: usize): usize {
  if (!escaped) return load<u8>(p) == 34 ? p + 1 : 0;
  return load<u16>(p) == 0x225c ? p + 2 : 0;
}

/** From inside a string to the first quote, backslash or control character. */
function plainEnd(p: usize): usize {
  const quote = i8x16.splat(34);
  const backslash = i8x16.splat(92);
  const control = i8x16.splat(32);
  while (true) {
    const v = v128.load(p);
    const m = i8x16.bitmask(v128.or(v128.or(i8x16.eq(v, quote), i8x16.eq(v, backslash)), i8x16.lt_u(v, control)));
    if (m != 0) return p + ctz(m);
    p += 16;
  }
  return p;
}

/** The end of the text of a string without escapes that starts at `p`. */
function textEnd(p: usize): usize {
  const e = plainEnd(p);
  if (!escaped) return load<u8>(e) == 34 ? e : fail(e);
  return load<u16>(e) == 0x225c ? e : fail(e);
}

/** Behind a string that is not wanted: its escapes must be JSON's, and none may be half of a pair. */
function skipString(p: usize): usize {
  while (true) {
    p = plainEnd(p);
    const c = load<u8>(p);
    if (!escaped) {
      if (c == 34) return p + 1;
      if (c != 92 || !isEscape(load<u8>(p + 1))) return fail(p);
      p += 2;
      continue;
    }
    // Inside JSON text that is a string itself, a quote is \" and a backslash is \\.
    if (c != 92) return fail(p);
    const d = load<u8>(p + 1);
    if (d == 34) return p + 2;
    if (d != 92) return fail(p);
    const e = load<u8>(p + 2);
    if (e == 92) {
      const f = load<u8>(p + 3);
      if (f != 34 && f != 92) return fail(p);
      p += 4;
    } else if (e != 34 && isEscape(e)) p += 3;
    else return fail(p);
  }
  return p;
}

/** One of `"\/bfnrt`. */
function isEscape(c: u8): bool {
  return c == 34 || c == 92 || c == 47 || c == 98 || c == 102 || c == 110 || c == 114 || c == 116;
}

const DEEPEST: u32 = 32;

/** Behind any JSON value that is not wanted. */
function skipValue(p: usize, depth: u32): usize {
  const c = load<u8>(p);
  const s = opened(p);
  if (s != 0) return skipString(s);
  if (c == 110) return word(p, 0x6c6c756e, 4);
  if (c == 116) return word(p, 0x65757274, 4);
  if (c == 102) return word(p, 0x65736c61, 5);
  if (c != 123 && c != 91) return number(p);
  if (depth >= DEEPEST) return fail(p);
  const close: u8 = c == 123 ? 125 : 93;
  p++;
  if (load<u8>(p) == close) return p + 1;
  while (true) {
    if (c == 123) {
      const key = opened(p);
      if (key == 0) return fail(p);
      p = skipString(key);
      if (failed || load<u8>(p) != 58) return fail(p);
      p++;
    }
    p = skipValue(p, depth + 1);
    if (failed) return p;
    const d = load<u8>(p);
    p++;
    if (d == close) return p;
    if (d != 44) return fail(p);
  }
  return p;
}

// What `number` has read.
let digits: u64 = 0;
let digitCount: u32 = 0;
let digitScale: u32 = 0;
let negative: bool = false;
let exponent: bool = false;

const MOST_DIGITS: u32 = 40;

/** Behind a JSON number of at most 40 digits. */
function number(p: usize): usize {
  let c = <u32>load<u8>(p);
  negative = c == 45;
  if (negative) c = load<u8>(++p);
  const first = c;
  let n: u32 = 0;
  let v: u64 = 0;
  while (c - 48 <= 9) {
    v = v * 10 + (c - 48);
    n++;
    c = load<u8>(++p);
  }
  if (n == 0 || (first == 48 && n > 1)) return fail(p);
  digitScale = 0;
  exponent = false;
  if (c == 46) {
    const whole = n;
    c = load<u8>(++p);
    while (c - 48 <= 9) {
      v = v * 10 + (c - 48);
      n++;
      c = load<u8>(++p);
    }
    digitScale = n - whole;
    if (digitScale == 0) return fail(p);
  }
  if (c == 101 || c == 69) {
    exponent = true;
    c = load<u8>(++p);
    if (c == 43 || c == 45) c = load<u8>(++p);
    let e: u32 = 0;
    while (c - 48 <= 9) {
      e++;
      c = load<u8>(++p);
    }
    if (e == 0 || e > 2) return fail(p);
  }
  if (n > MOST_DIGITS) return fail(p);
  digits = v;
  digitCount = n;
  return p;
}

/** A wanted value, where it can be taken exactly as it stands. */
function wanted(p: usize, slot: usize, flags: u32): usize {
  const c = load<u8>(p);
  const type = load<u32>(slot);
  const bits = <usize>load<u32>(slot, 8) + (row >> 3);
  const bit = <u8>(<u32>1 << (row & 7));
  if (c == 110) return (flags & WHOLE) == 0 ? word(p, 0x6c6c756e, 4) : fail(p);
  const there = (load<u8>(bits) & bit) != 0;
  // What stands in the slot counts; this must be as sound as if it did.
  if (there && (flags & WEAK) != 0) return skipValue(p, 0);
  const at = <usize>load<u32>(slot, 4) + <usize>row * <usize>load<u32>(slot, 12);
  const s = opened(p);
  if (s != 0) {
    if (type == INTEGER || type == BOOLEAN || type == DOUBLE) return fail(p);
    if (type == SEQUENCE) return sequence(s, at, bits, bit);
    const e = textEnd(s);
    if (failed) return e;
    if (type == TEXT) text(s, e, at, slot, there);
    else if (type == DECIMAL) decimalText(s, e, at, slot);
    else fact(s, e, slot, type);
    if (!failed && type < FACT) store<u8>(bits, load<u8>(bits) | bit);
    return escaped ? e + 2 : e + 1;
  }
  if (type == FACT && (c == 116 || c == 102)) {
    const e = c == 116 ? word(p, 0x65757274, 4) : word(p, 0x65736c61, 5);
    if (!failed) fact(p, e, slot, type);
    return e;
  }
  if (type == BOOLEAN) {
    if (c != 116 && c != 102) return fail(p);
    store<u8>(at, c == 116 ? 1 : 0);
    store<u8>(bits, load<u8>(bits) | bit);
    return c == 116 ? word(p, 0x65757274, 4) : word(p, 0x65736c61, 5);
  }
  p = number(p);
  if (failed) return p;
  if (exponent || (digits == 0 && negative)) return fail(p);
  if (type == INTEGER) {
    if (digitCount > 18 || digitScale != 0) return fail(p);
    store<i64>(at, negative ? -<i64>digits : <i64>digits);
  } else if (type == DECIMAL) decimal(at, slot);
  else if (type == DOUBLE) {
    if (digitCount > 15) return fail(p);
    const quotient = <f64>digits / power(digitScale);
    store<f64>(at, negative ? -quotient : quotient);
  } else return fail(p);
  if (!failed) store<u8>(bits, load<u8>(bits) | bit);
  return p;
}

/** Ten to the power of at most 15, exact. */
function power(n: u32): f64 {
  let f: f64 = 1;
  for (; n > 0; n--) f *= 10;
  return f;
}

/** The number just read as an integer of the slot's scale. */
function decimal(at: usize, slot: usize): void {
  const scale = load<u32>(slot, 16);
  if (digitCount > 18 || digitScale > scale) {
    failed = true;
    return;
  }
  const missing = scale - digitScale;
  let v = digits;
  if (v >= load<u64>(<usize>load<u32>(slot, 28) + 8 * missing)) {
    failed = true;
    return;
  }
  for (let i = missing; i > 0; i--) v *= 10;
  const signed = negative ? -<i64>v : <i64>v;
  const width = load<u32>(slot, 12);
  if (width == 8) store<i64>(at, signed);
  else if (width == 4) store<i32>(at, <i32>signed);
  else if (width == 2) store<i16>(at, <i16>signed);
  else {
    store<i64>(at, signed);
    store<i64>(at, signed >> 63, 8);
  }
}

/** A decimal as text: only with a point, since digits alone may be base64. */
function decimalText(s: usize, e: usize, at: usize, slot: usize): void {
  const q = number(s);
  if (q != e || exponent || digitScale == 0 || (digits == 0 && negative)) failed = true;
  if (!failed) decimal(at, slot);
}

const UNAVAILABLE_TEXT: u32 = 28;
const UNAVAILABLE_BASE64: u32 = 40;

/** A text; up to 12 bytes stand in the value itself. What stands for "not sent" has another reader. */
function text(s: usize, e: usize, at: usize, slot: usize, replaces: bool): void {
  const length = <u32>(e - s);
  if (
    (length == UNAVAILABLE_TEXT && load<u64>(s) == 0x697a656265645f5f) ||
    (length == UNAVAILABLE_BASE64 && load<u64>(s) == 0x6c4a575a6b393158)
  ) {
    failed = true;
    return;
  }
  const slotNumber = <u32>((slot - slots) >> 5);
  if (replaces) dropLongText(slotNumber);
  store<u32>(at, length);
  if (length > 12) {
    const entry = longTexts + 16 * <usize>longTextCount;
    store<u32>(entry, slotNumber);
    store<u32>(entry, row, 4);
    store<u32>(entry, <u32>s, 8);
    store<u32>(entry, length, 12);
    longTextCount++;
    return;
  }
  store<u64>(at, 0, 4);
  store<u32>(at, 0, 12);
  memory.copy(at + 4, s, length);
}

/** Takes out the long text of the row that another replaces: no slot has the number that is left. */
function dropLongText(slotNumber: u32): void {
  for (let i = longTextCount; i > 0; i--) {
    const entry = longTexts + 16 * <usize>(i - 1);
    if (load<u32>(entry, 4) != row) return;
    if (load<u32>(entry) == slotNumber) store<u32>(entry, u32.MAX_VALUE);
  }
}

/** The number of a text of few values, from 1. */
function fact(s: usize, e: usize, slot: usize, type: u32): void {
  const length = <u32>(e - s);
  if (type == OPERATION) {
    const c = load<u8>(s);
    if (length != 1 || (c != 114 && c != 99 && c != 117 && c != 100)) {
      failed = true;
      return;
    }
  }
  if (length > LONGEST_FACT) {
    failed = true;
    return;
  }
  const dictionary = <usize>load<u32>(slot, 24);
  const count = load<u32>(dictionary);
  let i = load<u32>(dictionary, 4);
  if (i == count || !isEntry(dictionary, i, s, length)) {
    for (i = 0; i < count; i++) if (isEntry(dictionary, i, s, length)) break;
    if (i == count) {
      if (count == MOST_FACTS) {
        failed = true;
        return;
      }
      const entry = dictionary + 16 + 256 * <usize>i;
      store<u32>(entry, length);
      memory.copy(entry + 4, s, length);
      store<u32>(dictionary, count + 1);
    }
    store<u32>(dictionary, i, 4);
  }
  store<u8>(facts + load<u32>(slot, 20), <u8>(i + 1));
}

function isEntry(dictionary: usize, i: u32, s: usize, length: u32): bool {
  const entry = dictionary + 16 + 256 * <usize>i;
  return load<u32>(entry) == length && same(entry + 4, s, length);
}

/** `["24023119","24023128"]` or `[null,"24023128"]`, with its quotes escaped: the first position, or none. */
function sequence(s: usize, at: usize, bits: usize, bit: u8): usize {
  if (load<u8>(s) != 91) return fail(s);
  let p = s + 1;
  const quote = escaped ? load<u32>(p) == 0x225c5c5c : load<u16>(p) == 0x225c;
  if (quote) {
    const width: usize = escaped ? 4 : 2;
    const q = number(p + width);
    if (failed || digitScale != 0 || exponent || negative || digitCount > 18) return fail(q);
    if (escaped ? load<u32>(q) != 0x225c5c5c : load<u16>(q) != 0x225c) return fail(q);
    store<u64>(at, digits);
    store<u8>(bits, load<u8>(bits) | bit);
    p = q + width;
  } else if (load<u32>(p) == 0x6c6c756e) p += 4;
  else return fail(p);
  return skipString(p);
}
