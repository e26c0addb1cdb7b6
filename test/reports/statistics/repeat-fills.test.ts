import { expect, test } from 'vitest';
import { adherenceDaysSql } from '../../../src/statistics/adherence.js';
import { fillTotalsSql, repeatFillsSql } from '../../../src/statistics/repeat-fills.js';
import { query, rowsSql } from './engine.js';

const ITEMS = { item: 'INTEGER', quantity: 'INTEGER', allowed: 'INTEGER', supply: 'INTEGER' };
const LINES = { item: 'INTEGER', day: 'DATE', quantity: 'INTEGER' };

const january = (day: number): string => `DATE '2024-01-${String(day).padStart(2, '0')}'`;

// Item 1: three fills of 2, each for 10 days; item 2: its supply is not known; item 3: nothing prescribed.
const SOURCES = {
  items: rowsSql(ITEMS, [
    ['1', '2', '3', '10'],
    ['2', '1', '2', 'NULL'],
    ['3', '0', '4', '10'],
  ]),
  lines: rowsSql(LINES, [
    ['1', january(1), '2'],
    ['1', january(9), '1'],
    ['1', january(14), '2'],
    ['1', january(20), '9'],
    ['2', january(5), '1'],
    ['3', january(5), '1'],
  ]),
};

test('a fill is made on the day its whole quantity is there, and is late after the days of the one before', async () => {
  const rows = await query(repeatFillsSql(SOURCES));
  expect(rows.map(({ item, fill, day, late }) => [item, Number(fill), String(day), late])).toEqual([
    [1, 1, '2024-01-01', null],
    // 13 days after a fill for 10; the third is early, and what is over makes no fourth.
    [1, 2, '2024-01-14', 3n],
    [1, 3, '2024-01-20', -4n],
    [2, 1, '2024-01-05', null],
  ]);
});

test('two fills on one day are two', async () => {
  const lines = rowsSql(LINES, [['1', january(1), '5']]);
  const rows = await query(repeatFillsSql({ ...SOURCES, lines }));
  expect(rows.map(({ fill, late }) => [Number(fill), late])).toEqual([
    [1, null],
    [2, -10n],
  ]);
});

test('fills used are counted of fills allowed, and fills are supplies', async () => {
  const fills = `(${repeatFillsSql(SOURCES)})`;
  expect(await query(fillTotalsSql(SOURCES, fills))).toEqual([{ items: 2n, used: 4n, allowed: 5n }]);
  const supplies = `(SELECT item AS course, "day" - DATE '2024-01-01' AS "day", supply, 30 AS window_days FROM ${fills})`;
  // Days 0-9, 13-22 and, carried over, 23-29 of a window of 30.
  expect(await query(adherenceDaysSql(supplies))).toMatchObject([{ course: 1, covered: 27n, longest_gap: 3n }]);
});
