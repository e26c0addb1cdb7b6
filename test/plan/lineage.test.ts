import { describe, expect, it } from 'vitest';
import { carriersOf } from '../../src/plan/lineage.js';
import { compile } from '../../src/replay/compile.js';

const SOURCES = `
CREATE STREAM O (ID BIGINT KEY, USER_ID BIGINT, AMOUNT DOUBLE) WITH (KAFKA_TOPIC='o', FORMAT='JSON');
CREATE TABLE U (USER_ID BIGINT PRIMARY KEY, NAME STRING) WITH (KAFKA_TOPIC='u', FORMAT='JSON');`;

/** Where values of USER_ID may stand in what a statement makes: `COLUMN how`. */
function carried(statement: string): readonly string[] {
  const { pipeline, diagnostics } = compile(`${SOURCES}\n${statement}`, 'lineage.ksql');
  expect(diagnostics).toEqual([]);
  const carriers = carriersOf(pipeline, (_, column) => column.name === 'USER_ID');
  return [...(carriers.get('R') ?? [])].map(([column, how]) => `${column} ${how}`).sort();
}

describe('columns that may hold ids of patients', () => {
  it.each([
    ['as they are, under another name', 'CREATE STREAM R AS SELECT ID, USER_ID AS WHO, AMOUNT FROM O;', ['WHO value']],
    [
      'computed from',
      'CREATE STREAM R AS SELECT ID, USER_ID + 1 AS NEXT, CAST(USER_ID AS STRING) AS T FROM O;',
      ['NEXT value', 'T value'],
    ],
    ['in a list', 'CREATE STREAM R AS SELECT ID, ARRAY[USER_ID] AS L FROM O;', ['L inside']],
    [
      'not where they are compared',
      'CREATE STREAM R AS SELECT ID, USER_ID > 5 AS P, USER_ID IS NULL AS N, USER_ID IN (1, 2) AS I FROM O;',
      [],
    ],
    [
      'by CASE, in what it gives and not in what it asks',
      "CREATE STREAM R AS SELECT ID, CASE WHEN USER_ID > 5 THEN 'x' ELSE 'y' END AS A, CASE WHEN AMOUNT > 5 THEN USER_ID END AS B, CASE WHEN AMOUNT > 5 THEN ID ELSE USER_ID END AS C FROM O;",
      ['B value', 'C value'],
    ],
    [
      'as the key of a join',
      'CREATE STREAM R AS SELECT O.USER_ID AS K, O.ID AS OID, U.NAME AS NAME FROM O JOIN U ON O.USER_ID = U.USER_ID;',
      ['K value'],
    ],
    [
      'as the key of a partition',
      'CREATE STREAM R AS SELECT USER_ID AS K, ID FROM O PARTITION BY USER_ID;',
      ['K value'],
    ],
    [
      'as the key of a group',
      'CREATE TABLE R AS SELECT USER_ID AS K, COUNT(*) AS N FROM O GROUP BY USER_ID;',
      ['K value'],
    ],
    [
      'collected or latest, not counted',
      'CREATE TABLE R AS SELECT AMOUNT, COUNT(USER_ID) AS N, MAX(USER_ID) AS M, COLLECT_SET(USER_ID) AS L FROM O GROUP BY AMOUNT;',
      ['L inside', 'M value'],
    ],
    [
      'through two statements',
      'CREATE STREAM M AS SELECT ID, USER_ID AS WHO FROM O; CREATE STREAM R AS SELECT ID, WHO AS AGAIN FROM M;',
      ['AGAIN value'],
    ],
  ])('%s', (_, statement, expected) => {
    expect(carried(statement)).toEqual(expected);
  });
});
