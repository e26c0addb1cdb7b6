import { suggest } from '../diagnostics/suggest.js';
import type { Action, Generalisation } from './policy.js';

const KINDS = ['keep', 'drop', 'hash', 'mask', 'truncate', 'generalise'];
const TARGETS = ['area', 'birth-year', 'birth-year-band', 'age-band', 'day', 'week'] as const;
const BANDS = [5, 10];

/** An action out of its YAML value (`drop`, `{ hash: patient }`), or what is wrong with it. */
export function parseAction(value: unknown): Action | string {
  if (value === 'keep' || value === 'drop') return { kind: value };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return unknownKind(String(value));
  const fields = new Map<string, unknown>(Object.entries(value));
  const kind = KINDS.find((k) => fields.has(k));
  if (kind === undefined || kind === 'keep' || kind === 'drop') return unknownKind([...fields.keys()].join(', '));
  const main = fields.get(kind);
  fields.delete(kind);
  const action = kind === 'generalise' ? generalisation(main, fields) : simple(kind, main, fields);
  if (typeof action !== 'string' && fields.size > 0)
    return `${[...fields.keys()].join(', ')} means nothing for ${kind}.`;
  return action;
}

function unknownKind(text: string): string {
  const near = suggest(text, KINDS);
  return `"${text}" is not one of ${KINDS.join(', ')}.${near === undefined ? '' : ` Did you mean ${near}?`}`;
}

function simple(kind: string, main: unknown, fields: Map<string, unknown>): Action | string {
  if (kind === 'hash') {
    const optional = fields.get('optional') ?? false;
    fields.delete('optional');
    if (typeof main !== 'string' || !/^[A-Za-z][\w-]*$/.test(main)) return 'hash names an entity, for example patient.';
    if (typeof optional !== 'boolean') return 'optional is true or false.';
    return { kind: 'hash', entity: main, optional };
  }
  if (!isCount(main)) return `${kind} needs a number of characters, 1 or more.`;
  return kind === 'mask' ? { kind: 'mask', characters: main } : { kind: 'truncate', characters: main };
}

function generalisation(main: unknown, fields: Map<string, unknown>): Generalisation | string {
  const to = TARGETS.find((t) => t === main);
  if (to === undefined) return `"${String(main)}" is not one of ${TARGETS.join(', ')}.`;
  const take = (name: string): unknown => {
    const value = fields.get(name);
    fields.delete(name);
    return value;
  };
  if (to === 'area') {
    const characters = take('characters');
    return isCount(characters) ? { kind: 'generalise', to, characters } : 'area needs "characters", 1 or more.';
  }
  if (to === 'birth-year-band' || to === 'age-band') {
    const years = take('years');
    if (!BANDS.includes(years as number)) return `${to} needs "years", 5 or 10.`;
    if (to === 'birth-year-band') {
      const oldest = take('oldest');
      if (!Number.isInteger(oldest))
        return 'birth-year-band needs "oldest", a year: everyone born before stands in one band.';
      return { kind: 'generalise', to, years: years as number, oldest: oldest as number };
    }
    const at = take('at');
    if (typeof at !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(at) || Number.isNaN(Date.parse(at)))
      return 'age-band needs "at", the day at which ages are counted, as "2026-01-01".';
    return { kind: 'generalise', to, years: years as number, at };
  }
  return { kind: 'generalise', to };
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1;
}
