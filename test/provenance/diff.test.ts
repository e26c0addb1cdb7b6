import { describe, expect, it } from 'vitest';
import { diffReports } from '../../src/provenance/diff.js';
import { column } from '../../src/reports/column.js';
import { type Cell, type Report, SUPPRESSED } from '../../src/reports/report.js';

const COLUMNS = [
  column('who', 'Who', 'text', 'H.'),
  column('when', 'When', 'text', 'H.'),
  column('n', 'N', 'count', 'H.'),
];

function report(rows: readonly (readonly Cell[])[]): Report {
  const tables = [{ name: 'rows', title: 'Rows', columns: COLUMNS, rows }];
  return {
    id: 'r',
    title: 'R',
    question: 'Q?',
    order: 'event-time',
    asOf: null,
    tables,
    findings: [],
    doubt: '',
    next: '',
    caveat: null,
    banner: null,
    summary: [],
    notes: [],
    charts: [],
    provenance: [],
  };
}

const diff = (a: readonly (readonly Cell[])[], b: readonly (readonly Cell[])[]): readonly string[] =>
  diffReports(report(a), report(b)).map((d) => `${d.key}: ${d.column} ${d.before} -> ${d.after}`);

describe('the difference of two reports', () => {
  it('is told cell by cell, by as many first columns as tell the rows apart', () => {
    expect(diff([['a', 'x', 1]], [['a', 'x', 1]])).toEqual([]);
    expect(
      diff(
        [
          ['a', 'x', 1],
          ['b', 'x', 2],
        ],
        [
          ['b', 'x', 3],
          ['a', 'x', 1],
        ],
      ),
    ).toEqual(['who=b: n 2 -> 3']);
    expect(
      diff(
        [
          ['a', 'x', 1],
          ['a', 'y', 2],
        ],
        [
          ['a', 'x', 1],
          ['a', 'y', null],
        ],
      ),
    ).toEqual(['who=a, when=y: n 2 -> null']);
  });

  it('knows rows that came and went, and rows that nothing tells apart', () => {
    expect(diff([['a', 'x', 1]], [['b', 'x', 1]])).toEqual(['who=a: null a row -> null', 'who=b: null null -> a row']);
    expect(
      diff(
        [
          ['a', 'x', 1],
          ['a', 'x', 1],
        ],
        [
          ['a', 'x', 1],
          ['a', 'x', 2],
        ],
      ),
    ).toEqual(['row 2: n 1 -> 2']);
  });

  it('shows what is hidden as hidden, never its value', () => {
    expect(diff([['a', 'x', SUPPRESSED]], [['a', 'x', 12]])).toEqual(['who=a: n * -> 12']);
    expect(diff([['a', 'x', SUPPRESSED]], [['a', 'x', SUPPRESSED]])).toEqual([]);
  });
});
