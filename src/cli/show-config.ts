import { placeText } from '../diagnostics/render.js';
import { jsonText } from '../diagnostics/visible.js';
import type { Effects } from './effects.js';
import type { OptionDefinition } from './option.js';
import { parameterOrigin } from './report-parameters.js';
import type { Reader } from './values.js';

/** One value of a run: what it is called in a configuration, the value as a user would write it, and who said so. */
interface Shown {
  readonly name: string;
  readonly value: string | readonly string[] | boolean | null;
  readonly from: 'option' | 'environment' | 'config' | 'default';
  /** `--order`, `PHARMABI_ORDER`, `pharmabi.yaml:3:8`; null for a default. */
  readonly where: string | null;
}

/** A report whose parameters are shown too: all with the values that the run has. */
export interface ShownReport {
  readonly id: string;
  readonly parameters: readonly OptionDefinition[];
  readonly typed: ReadonlyMap<string, readonly string[]>;
}

/** Writes every option, parameter and mapped name with its value and where it comes from; as JSON under --format json. */
export async function showConfig(
  read: Reader,
  options: readonly OptionDefinition[],
  report: ShownReport | null,
  effects: Effects,
): Promise<void> {
  const rows = [
    ...options.filter((o) => o.onlyTyped !== true).map((o) => optionRow(read, o)),
    ...(report?.parameters.map((p) => parameterRow(read, report, p)) ?? []),
    ...mappingRows(read),
  ];
  const file = read.config?.file ?? null;
  await effects.stdout.write(
    read.text('format') === 'json' ? jsonText({ config: file, values: rows }) : text(rows, file),
  );
}

function optionRow(read: Reader, option: OptionDefinition): Shown {
  const origin = read.origin(option.name);
  const isFlag = option.value === undefined;
  if (origin === undefined) {
    const value = isFlag ? false : option.repeatable === true ? [] : (option.defaultText ?? null);
    return { name: option.name, value, from: 'default', where: null };
  }
  const { texts, from, shown, place } = origin;
  const value = isFlag ? read.flag(option.name) : option.repeatable === true ? texts : (texts[0] ?? null);
  return { name: option.name, value, from, where: place === undefined ? shown : placeText(place) };
}

function parameterRow(read: Reader, { id, typed }: ShownReport, { name, defaultText }: OptionDefinition): Shown {
  const own = typed.get(name)?.[0];
  if (own !== undefined) return { name, value: own, from: 'option', where: `--${name}` };
  const found = parameterOrigin(read, id, name);
  if (found !== undefined)
    return { name, value: found.texts[0] ?? null, from: 'config', where: placeText(found.place) };
  return { name, value: defaultText ?? null, from: 'default', where: null };
}

function mappingRows(read: Reader): readonly Shown[] {
  return (read.config?.mapping?.tables ?? []).flatMap(({ table, topic, columns, place }) => [
    ...(topic === undefined ? [] : [mapped(`tables.${table}.topic`, topic, place)]),
    ...columns.map((c) => mapped(`tables.${table}.columns.${c.column}`, c.field, c.place)),
  ]);
}

function mapped(name: string, value: string, place: Parameters<typeof placeText>[0] = {}): Shown {
  return { name, value, from: 'config', where: placeText(place) };
}

function text(rows: readonly Shown[], file: string | null): string {
  const cells = rows.map((row) => [row.name, valueText(row.value), row.where ?? 'default'] as const);
  const width = (at: 0 | 1): number => Math.max(...cells.map((cell) => cell[at].length));
  const lines = cells.map(([name, value, where]) => `${name.padEnd(width(0))}  ${value.padEnd(width(1))}  ${where}`);
  return `${[`configuration: ${file ?? 'none'}`, '', ...lines].join('\n')}\n`;
}

function valueText(value: Shown['value']): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (value === null || value.length === 0) return '-';
  return typeof value === 'string' ? value : value.join(', ');
}
