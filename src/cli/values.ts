import type { Config } from '../config/config.js';
import { type Diagnostic, DiagnosticError, EXIT, type Place } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import { parseSize } from '../engine/memory.js';
import type { Arguments } from './arguments.js';
import { fromConfig } from './config-file.js';
import { SourcedError } from './failures.js';
import { environmentName, type OptionDefinition } from './option.js';
import { isTimeZone, parseTime } from './times.js';
import { usage } from './usage.js';

/** Where a value comes from: typed, out of the environment, out of the configuration. */
export interface Origin {
  readonly texts: readonly string[];
  readonly from: 'option' | 'environment' | 'config';
  /** How messages call it: `--order`, `PHARMABI_ORDER`, `order`. */
  readonly shown: string;
  readonly place?: Place;
}

/**
 * Reads typed values out of a command line (option, then environment, then configuration, then default) and keeps what is wrong
 * with them.
 */
export interface Reader {
  readonly config: Config | null;
  /** Where the value of an option comes from, or undefined where only its default is left. */
  origin(name: string): Origin | undefined;
  flag(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T;
  optionalChoice<T extends string>(name: string, choices: readonly T[]): T | undefined;
  integer(name: string, low: number, high: number): number | undefined;
  number(name: string, low: number, high: number): number | undefined;
  /** Bytes. */
  size(name: string, low: number): number | undefined;
  /** Epoch milliseconds; a date is the whole day in `zone`. */
  time(name: string, zone: string): number | undefined;
  zone(name: string, fallback: string): string;
  /** Adds a problem that the caller found. */
  refuse(problem: Diagnostic): void;
  /** Throws everything that was wrong, in one go. */
  done(): void;
}

type Raw = { readonly text: string; readonly shown: string; readonly place?: Place };

/** What a reader reads from. */
export interface Readable {
  readonly args: Arguments;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly config: Config | null;
}

/** A reader over the command line, with the environment for those options that may come from it, and the configuration. */
export function reader({ args, env, cwd, config }: Readable, options: readonly OptionDefinition[]): Reader {
  const problems: Diagnostic[] = [];
  const fromEnvironment = new Set(options.filter((o) => o.environment).map((o) => o.name));
  const paths = new Set(options.filter((o) => o.path).map((o) => o.name));
  const origin = (name: string): Origin | undefined => {
    const typed = args.flags.has(name) ? ['true'] : args.given.get(name);
    if (typed !== undefined) return { texts: typed, from: 'option', shown: `--${name}` };
    const variable = environmentName(name);
    const text = fromEnvironment.has(name) ? env[variable] : undefined;
    if (text !== undefined && text !== '') return { texts: [text], from: 'environment', shown: variable };
    const set = config?.options.get(name);
    if (set === undefined) return undefined;
    const texts = paths.has(name) ? set.texts.map((path) => fromConfig(config!, path, cwd)) : set.texts;
    return { texts, from: 'config', shown: name, place: set.place };
  };
  const raw = (name: string): Raw | undefined => {
    const found = origin(name);
    const text = found?.texts[0];
    if (found === undefined || text === undefined) return undefined;
    return { text, shown: found.shown, ...(found.place !== undefined && { place: found.place }) };
  };
  const bad = (value: Raw, why: string, help?: string): undefined => {
    const problem = usage('bad-value', `${value.shown} cannot be "${value.text}": it ${why}.`, help);
    problems.push({ ...problem, ...(value.place !== undefined && { place: value.place }) });
    return undefined;
  };
  const number = (name: string, low: number, high: number, form: RegExp, kind: string): number | undefined => {
    const value = raw(name);
    if (value === undefined) return undefined;
    const parsed = form.test(value.text) ? Number(value.text) : Number.NaN;
    if (Number.isNaN(parsed)) return bad(value, `is not ${kind}`);
    return parsed < low || parsed > high ? bad(value, `is not between ${low} and ${high}`) : parsed;
  };
  const optionalChoice = <T extends string>(name: string, choices: readonly T[]): T | undefined => {
    const value = raw(name);
    if (value === undefined) return undefined;
    const found = choices.find((c) => c === value.text);
    if (found !== undefined) return found;
    const near = suggest(value.text, choices);
    return bad(value, `is not one of ${choices.join(', ')}`, near === undefined ? undefined : `Did you mean ${near}?`);
  };
  return {
    config,
    origin,
    flag: (name) => isOn(origin(name)?.texts[0]),
    text: (name) => raw(name)?.text,
    texts: (name) => origin(name)?.texts ?? [],
    choice: (name, choices, fallback) => optionalChoice(name, choices) ?? fallback,
    optionalChoice,
    integer: (name, low, high) => number(name, low, high, /^[+-]?\d+$/, 'a whole number'),
    number: (name, low, high) =>
      number(name, low, high, /^[+-]?(\d+\.?\d*|\.\d+)$/, 'a number (digits, with a point before decimals)'),
    size(name, low) {
      const value = raw(name);
      if (value === undefined) return undefined;
      const bytes = parseSize(value.text);
      if (bytes === null) return bad(value, 'is not a size', 'Write a number and a unit: 512MB, 2GB, 1GiB.');
      return bytes < low ? bad(value, `is less than ${low / 1e6}MB`) : bytes;
    },
    time(name, zone) {
      const value = raw(name);
      if (value === undefined) return undefined;
      const parsed = parseTime(value.text, zone);
      return parsed.kind === 'instant' ? parsed.epochMs : bad(value, parsed.why);
    },
    zone(name, fallback) {
      const value = raw(name);
      if (value === undefined) return fallback;
      if (isTimeZone(value.text)) return value.text;
      const near = suggest(value.text, Intl.supportedValuesOf('timeZone'));
      bad(
        value,
        'is not a time zone',
        near === undefined ? 'Use an IANA name such as Europe/Berlin.' : `Did you mean ${near}?`,
      );
      return fallback;
    },
    refuse: (problem) => void problems.push(problem),
    done() {
      if (problems.length === 0) return;
      const error = new DiagnosticError(problems, EXIT.usage);
      throw config === null ? error : new SourcedError(error, new Map([[config.file, config.text]]));
    },
  };
}

function isOn(text: string | undefined): boolean {
  return text !== undefined && !['', '0', 'no', 'false', 'off'].includes(text.toLowerCase());
}
