import { suggest } from '../diagnostics/suggest.js';
import type { CsvOption } from '../relation.js';
import { isTimeZone } from './times.js';

/** What was wrong with what a user said of dumps, as half a sentence (`names no ...`), or the option. */
export type CsvOptionRead = { readonly option: CsvOption } | { readonly why: string };

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  quote: ['double', 'none'],
  escape: ['double', 'backslash'],
  encoding: ['utf8', 'utf16le', 'utf16be', 'cp1252', 'latin1'],
  decimal: ['comma', 'point'],
  date: ['dmy', 'mdy', 'ymd'],
};
const DELIMITERS: Readonly<Record<string, string>> = { comma: ',', semicolon: ';', tab: '\t', pipe: '|', '\\t': '\t' };
const KEYS = ['delimiter', ...Object.keys(CHOICES), 'null', 'zone', 'columns'];

/** Reads `[NAME=]KEY:VALUE,...` of `--csv`. */
export function parseCsvOption(text: string): CsvOptionRead {
  const named = /^([^:=]+)=(.*)$/s.exec(text);
  const entries: [string, string][] = [];
  for (const part of (named?.[2] ?? text).split(',')) {
    const at = part.indexOf(':');
    if (at < 1)
      return {
        why: part === '' ? 'has nothing beside a comma (say delimiter:comma)' : `has "${part}", which is not KEY:VALUE`,
      };
    entries.push([part.slice(0, at).trim(), part.slice(at + 1)]);
  }
  return csvOption(named?.[1], entries);
}

/** Makes the option of keys and values, wherever they were written (a command line, a configuration file). */
function csvOption(name: string | undefined, entries: readonly (readonly [string, string])[]): CsvOptionRead {
  const option: Record<string, unknown> = name === undefined ? {} : { name };
  for (const [key, value] of entries) {
    const why = add(option, key, value);
    if (why !== null) return { why };
  }
  // The checks of `add` are what makes this true.
  return { option: option as CsvOption };
}

function add(option: Record<string, unknown>, key: string, value: string): string | null {
  const choices = CHOICES[key];
  if (choices !== undefined) {
    if (!choices.includes(value)) return `says ${key}:${value}, and ${key} is one of ${choices.join(', ')}`;
    option[key] = value;
    return null;
  }
  switch (key) {
    case 'delimiter':
      option.delimiter = DELIMITERS[value] ?? value;
      return /^[\x20-\x7e\t]$/.test(option.delimiter as string) && option.delimiter !== '"'
        ? null
        : `says delimiter:${value}, and a delimiter is one character, or comma, semicolon, tab, pipe`;
    case 'null':
      option.nulls = value.split('|').map((word) => (word === 'empty' ? '' : word));
      return null;
    case 'columns':
      option.columns = value.split('|').map((column) => column.trim());
      return null;
    case 'zone':
      option.zone = value;
      return isTimeZone(value) ? null : `says zone:${value}, and that is no time zone (Europe/Berlin)`;
    default: {
      const near = suggest(key, KEYS);
      return `has the key "${key}", and keys are ${KEYS.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}`;
    }
  }
}
