import { describe, expect, it } from 'vitest';
import { changes, created, updated } from '../support/small-replay.js';

const ksql = (key: string, type: string): string => `
CREATE TABLE O (ID ${type} PRIMARY KEY, USER_ID STRING) WITH (KAFKA_TOPIC='o', KEY_FORMAT='${key}', VALUE_FORMAT='JSON');
CREATE TABLE U (ID STRING PRIMARY KEY, D INT) WITH (KAFKA_TOPIC='u', FORMAT='JSON');
CREATE TABLE J AS SELECT O.ID AS ID, U.D AS D FROM O JOIN U ON O.USER_ID = U.ID;`;

/** Which keys a change of the user reaches, in the order of their answers. */
async function fanOut(key: string, type: string, ids: readonly (string | number)[]): Promise<readonly string[]> {
  const log = [
    ...ids.map((id, i) => created('o', i + 1, { id, user_id: 'u' })),
    updated('u', 100, { id: 'u', d: 5 }, { key: { id: 'u' } }),
  ];
  return (await changes('J', ksql(key, type), log)).map((row) => row.replace('100: ', '').replace(/ 5$/, ''));
}

// The state store of the real engine holds left rows by the bytes of their keys, and answers in that order.
describe('a change of the other table answers its left rows in the order of the bytes of their keys', () => {
  it('binary numbers: zero and up, then what is negative', async () => {
    expect(await fanOut('KAFKA', 'BIGINT', [10, -1, 0, 9, -20])).toEqual(['0', '9', '10', '-20', '-1']);
    expect(await fanOut('KAFKA', 'INT', [1, 0, -1])).toEqual(['0', '1', '-1']);
  });

  it('text: as it is spelled', async () => {
    expect(await fanOut('JSON', 'BIGINT', [10, 9, 100])).toEqual(['10', '100', '9']);
    expect(await fanOut('DELIMITED', 'STRING', ['b', 'a', 'B'])).toEqual(['B', 'a', 'b']);
  });
});
