/** A part of a Java date pattern: literal text, or a run of one letter (`yyyy`). */
export type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly letter: string; readonly count: number }
  | { readonly kind: 'open' }
  | { readonly kind: 'close' };

/** The parts of a `DateTimeFormatter` pattern, or undefined where Java refuses it. */
export function readPattern(pattern: string): readonly PatternPart[] | undefined {
  const parts: PatternPart[] = [];
  let depth = 0;
  let i = 0;
  while (i < pattern.length) {
    const c = pattern[i]!;
    if (/[A-Za-z]/.test(c)) {
      let end = i + 1;
      while (pattern[end] === c) end++;
      if (!allowed(c, end - i)) return undefined;
      parts.push({ kind: 'field', letter: c, count: end - i });
      i = end;
    } else if (c === "'") {
      const quoted = readQuoted(pattern, i);
      if (quoted === undefined) return undefined;
      parts.push({ kind: 'text', text: quoted.text });
      i = quoted.end;
    } else if (c === '[' || c === ']') {
      depth += c === '[' ? 1 : -1;
      if (depth < 0) return undefined;
      parts.push(c === '[' ? { kind: 'open' } : { kind: 'close' });
      i++;
    } else if (c === '{' || c === '}' || c === '#') {
      return undefined;
    } else {
      parts.push({ kind: 'text', text: c });
      i++;
    }
  }
  return parts;
}

function readQuoted(pattern: string, start: number): { text: string; end: number } | undefined {
  let out = '';
  let i = start + 1;
  for (;;) {
    if (i >= pattern.length) return undefined;
    if (pattern[i] !== "'") {
      out += pattern[i++];
    } else if (pattern[i + 1] === "'") {
      out += "'";
      i += 2;
    } else {
      return { text: out === '' && i === start + 1 ? "'" : out, end: i + 1 };
    }
  }
}

// The most letters that DateTimeFormatter takes of each.
const LIMITS: Readonly<Record<string, number>> = {
  G: 5,
  u: 19,
  y: 19,
  D: 3,
  M: 5,
  L: 5,
  d: 2,
  Q: 5,
  q: 5,
  Y: 19,
  w: 2,
  W: 1,
  E: 5,
  e: 5,
  c: 5,
  F: 1,
  a: 1,
  h: 2,
  K: 2,
  k: 2,
  H: 2,
  m: 2,
  s: 2,
  S: 9,
  A: 19,
  n: 19,
  N: 19,
  V: 2,
  v: 4,
  z: 4,
  O: 4,
  X: 5,
  x: 5,
  Z: 5,
  B: 5,
  g: 19,
};

function allowed(letter: string, count: number): boolean {
  const limit = LIMITS[letter];
  if (limit === undefined || count > limit) return false;
  if (letter === 'V') return count === 2;
  if (letter === 'v' || letter === 'O') return count === 1 || count === 4;
  if (letter === 'B') return count === 1 || count >= 4;
  return !(letter === 'c' && count === 2);
}
