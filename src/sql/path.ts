import type { PlannedRelation } from '../plan/plan.js';
import { SEQ, SUB } from '../relation.js';
import { identifier } from './quote.js';

/**
 * How the rows of a relation stand among those that one record of the log triggered. One record runs through the pipeline depth
 * first, statement by statement: a row goes at once to the queries that read it, in the order of the file, each of their rows
 * likewise, down to the end, before the next query hears of it. So the place of a row is the list of the queries that it came
 * along (and, where a query made several rows of one, which of them it was): its *path*, and `$sub` holds its bytes. Two rows of
 * one record compare as their paths do, whatever relations they stand in.
 */
export interface RowOrder {
  /** At most one row per `$seq`: then `$seq` alone orders the relation. */
  readonly single: boolean;
  /** The path as hexadecimal digits, where all rows came along the same one. */
  readonly path?: string;
  /** Sources whose records can trigger a row. */
  readonly triggers: ReadonlySet<string>;
}

/** Digits of a path for each query, and for each of many rows that one row became. */
const STEP_DIGITS = 4;
const ORDINAL_DIGITS = 8;

/** Rows of a source declared over a topic: the records themselves, one each, which came along no query. */
export function sourceOrder(origin: string): RowOrder {
  return { single: true, path: '', triggers: new Set([origin]) };
}

/** The rows of a relation as one of its readers, the `number`th query of the file, hears of them; `sub` is their SQL. */
export function heard(order: RowOrder, number: number): { readonly order: RowOrder; readonly sub: string } {
  const step = number.toString(16).padStart(STEP_DIGITS, '0');
  const path = order.path === undefined ? undefined : order.path + step;
  const sub = path === undefined ? `${identifier(SUB)} || ${blob(step)}` : blob(path);
  return { order: { ...withoutPath(order), ...(path === undefined ? {} : { path }) }, sub };
}

/** `$sub` of the rows that a query makes of one row: `ordinal` is SQL of a number from 0 on, or which of a fixed few it is. */
export function oneOfMany(ordinal: string | number, alias?: string): string {
  const sub = alias === undefined ? identifier(SUB) : `${alias}.${identifier(SUB)}`;
  if (typeof ordinal === 'number') return `${sub} || ${blob(ordinal.toString(16).padStart(2, '0'))}`;
  return `${sub} || unhex(lpad(hex(${ordinal}), ${ORDINAL_DIGITS}, '0'))`;
}

/** The order of rows that were made several of one. */
export function many(order: RowOrder): RowOrder {
  return { single: false, triggers: order.triggers };
}

/** The order of the rows of several relations in one. */
export function together(orders: readonly RowOrder[]): RowOrder {
  const triggers = new Set(orders.flatMap((o) => [...o.triggers]));
  const apart = triggers.size === orders.reduce((sum, o) => sum + o.triggers.size, 0);
  return { single: apart && orders.every((o) => o.single), triggers };
}

/** What orders the rows of a relation completely, as SQL. */
export function orderBy(order: RowOrder): string {
  return (order.single ? [SEQ] : [SEQ, SUB]).map((c) => identifier(c)).join(', ');
}

/** The same the other way round: the last row first. */
export function lastFirst(order: RowOrder): string {
  return (order.single ? [SEQ] : [SEQ, SUB]).map((c) => `${identifier(c)} DESC`).join(', ');
}

/** Which of two sides of a join hears of a record first, where it can reach both: `mixed` where that hangs on the row. */
export function firstOf(left: RowOrder, right: RowOrder): 'apart' | 'left' | 'right' | 'mixed' {
  if (![...left.triggers].some((t) => right.triggers.has(t))) return 'apart';
  if (left.path === undefined || right.path === undefined) return 'mixed';
  return left.path < right.path ? 'left' : 'right';
}

/** The sources of a relation as the records of a run tell them apart. */
export function originOf(relation: PlannedRelation, byTopic: boolean): string {
  return byTopic ? relation.schema.format.topic : relation.schema.name;
}

function withoutPath({ single, triggers }: RowOrder): RowOrder {
  return { single, triggers };
}

function blob(digits: string): string {
  return `'${digits.replace(/../g, '\\x$&')}'::BLOB`;
}
