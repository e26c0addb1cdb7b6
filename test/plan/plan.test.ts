import { describe, expect, it } from 'vitest';
import { type Demand, planReplay, type ReplayPlan } from '../../src/plan/plan.js';
import { compile } from '../../src/replay/compile.js';

const KSQL = `
CREATE STREAM ORDERS (ID BIGINT KEY, USER_ID BIGINT, AMOUNT DOUBLE, NOTE STRING, DATE BIGINT) WITH (KAFKA_TOPIC='orders', FORMAT='JSON', TIMESTAMP='DATE');
CREATE TABLE USERS (ID BIGINT PRIMARY KEY, NAME STRING, DISCOUNT INT) WITH (KAFKA_TOPIC='users', FORMAT='JSON');
CREATE TABLE CLINICS (ID BIGINT PRIMARY KEY, CITY STRING, RENT INT) WITH (KAFKA_TOPIC='clinics', FORMAT='JSON');
CREATE TABLE RICH AS SELECT ID, DISCOUNT * 2 AS TWICE, NAME FROM USERS WHERE DISCOUNT > 5;
CREATE TABLE HOMES AS SELECT U.ID AS ID, U.NAME AS NAME, C.CITY AS CITY FROM USERS U JOIN CLINICS C ON U.ID = C.ID;
CREATE STREAM ENRICHED AS SELECT O.USER_ID AS USER_ID, O.ID AS ORDER_ID, O.AMOUNT AS AMOUNT, U.DISCOUNT AS DISCOUNT FROM ORDERS O JOIN USERS U ON O.USER_ID = U.ID;
CREATE TABLE BY_DISCOUNT AS SELECT DISCOUNT, SUM(AMOUNT) AS S, COUNT(*) AS N FROM ENRICHED GROUP BY DISCOUNT;
CREATE TABLE BY_NAME AS SELECT NAME, COUNT(*) AS N FROM RICH GROUP BY NAME;
CREATE TABLE ALL_HOMES AS SELECT U.ID AS ID, C.CITY AS CITY FROM USERS U LEFT JOIN CLINICS C ON U.ID = C.ID;`;
const { pipeline, diagnostics } = compile(KSQL, 'plan.ksql');

const plan = (...demand: readonly Demand[]): ReplayPlan => planReplay(pipeline, demand);
/** Each planned relation as `NAME forms columns`, in the order of the plan. */
const shown = ({ relations }: ReplayPlan): readonly string[] =>
  relations.map((r) => `${r.schema.name} ${[...r.forms].sort().join('+')} ${[...r.columns].sort().join(',')}`);
const one = (of: ReplayPlan, name: string) => of.relations.find((r) => r.schema.name === name)!;

describe('a plan', () => {
  it('stands on a pipeline that compiles', () => expect(diagnostics).toEqual([]));

  it('holds what the demand needs and nothing else, sources before their readers', () => {
    expect(shown(plan({ relation: 'BY_DISCOUNT', form: 'final', columns: ['S'] }))).toEqual([
      'ORDERS changes AMOUNT,DATE,ID,USER_ID',
      'USERS changes DISCOUNT,ID',
      'ENRICHED changes AMOUNT,DISCOUNT,USER_ID',
      'BY_DISCOUNT final DISCOUNT,S',
    ]);
  });

  it('reads of a file only the columns that somebody reads; the column that dates the rows among them', () => {
    const used = plan({ relation: 'ENRICHED', form: 'changes', columns: ['DISCOUNT'] }).sources.map(
      ({ name, columns }) =>
        `${name} ${columns
          .filter((c) => c.used)
          .map((c) => c.name)
          .join(',')}`,
    );
    expect(used).toEqual(['ORDERS ID,USER_ID,DATE', 'USERS ID,DISCOUNT']);
  });

  it('makes a final state of final states where rows map one to one', () => {
    expect(shown(plan({ relation: 'RICH', form: 'final' }))).toEqual([
      'USERS final DISCOUNT,ID,NAME',
      'RICH final ID,NAME,TWICE',
    ]);
    expect(shown(plan({ relation: 'HOMES', form: 'final', columns: ['CITY'] }))).toEqual([
      'USERS final ID',
      'CLINICS final CITY,ID',
      'HOMES final CITY,ID',
    ]);
  });

  it('makes it of changes where history counts: groups, streams, a changelog that is wanted too', () => {
    expect(shown(plan({ relation: 'BY_NAME', form: 'final' }))).toEqual([
      'USERS changes DISCOUNT,ID,NAME',
      'RICH changes ID,NAME',
      'BY_NAME final N,NAME',
    ]);
    expect(shown(plan({ relation: 'RICH', form: 'final' }, { relation: 'RICH', form: 'changes' }))[0]).toBe(
      'USERS changes DISCOUNT,ID,NAME',
    );
  });

  it('makes it of changes where ROWTIME is wanted of an outer join: a side that went leaves its time behind', () => {
    const sources = (demand: Demand): readonly string[] =>
      shown(plan(demand))
        .slice(0, 2)
        .map((row) => row.split(' ').slice(0, 2).join(' '));
    const final = { relation: 'ALL_HOMES', form: 'final' } as const;
    expect(sources({ ...final, columns: ['CITY'] })).toEqual(['USERS final', 'CLINICS final']);
    expect(sources(final)).toEqual(['USERS changes', 'CLINICS changes']);
    expect(sources({ relation: 'HOMES', form: 'final' })).toEqual(['USERS final', 'CLINICS final']);
  });

  it('takes no final rows of a stream', () => {
    expect(shown(plan({ relation: 'ORDERS', form: 'final', columns: [] }))).toEqual(['ORDERS changes DATE,ID']);
  });

  it('knows which declared sources reach a relation', () => {
    const origins = plan({ relation: 'BY_DISCOUNT', form: 'final' }).relations.map((r) => [...r.origins].sort().join());
    expect(origins).toEqual(['ORDERS', 'USERS', 'ORDERS,USERS', 'ORDERS,USERS']);
  });

  it('leaves out what the pipeline does not make', () => {
    expect(shown(plan({ relation: 'NOWHERE', form: 'final' }))).toEqual([]);
  });
});

describe('a declared table of which only the last rows are wanted', () => {
  const finalOnly = (...demand: readonly Demand[]): readonly string[] =>
    plan(...demand).sources.flatMap((s) => (s.finalOnly === true ? [s.name] : []));
  const orders: Demand = { relation: 'ORDERS', form: 'changes' };

  it('takes no place in the order of the replay', () => {
    expect(finalOnly(orders, { relation: 'CLINICS', form: 'final' })).toEqual(['CLINICS']);
    expect(finalOnly(orders, { relation: 'HOMES', form: 'final' })).toEqual(['USERS', 'CLINICS']);
  });

  it('keeps its changes where somebody asks for one, where its rows are dated, and where no stream tells first and last', () => {
    expect(finalOnly(orders, { relation: 'CLINICS', form: 'changes' })).toEqual([]);
    expect(finalOnly({ relation: 'ENRICHED', form: 'changes' }, { relation: 'USERS', form: 'final' })).toEqual([]);
    expect(finalOnly({ relation: 'CLINICS', form: 'final' })).toEqual([]);
    const dated = compile(
      KSQL.replace("'clinics', FORMAT='JSON'", "'clinics', FORMAT='JSON', TIMESTAMP='RENT'").replace(
        'RENT INT',
        'RENT BIGINT',
      ),
      'x',
    );
    expect(dated.diagnostics).toEqual([]);
    const demand: readonly Demand[] = [orders, { relation: 'CLINICS', form: 'final' }];
    expect(planReplay(dated.pipeline, demand).sources.filter((s) => s.finalOnly === true)).toEqual([]);
  });
});

describe('what is read twice', () => {
  it('is counted: a reader each, and a demand as two, since it is kept', () => {
    const found = plan(
      { relation: 'RICH', form: 'changes' },
      { relation: 'BY_NAME', form: 'final' },
      { relation: 'HOMES', form: 'changes' },
    );
    expect(['USERS', 'CLINICS', 'RICH', 'BY_NAME'].map((name) => one(found, name).readers)).toEqual([2, 1, 3, 2]);
  });
});

describe('final rows that are read by their columns alone', () => {
  const columnsOnly = (...demand: readonly Demand[]): boolean => one(plan(...demand), 'RICH').columnsOnly;
  const named: Demand = { relation: 'RICH', form: 'final', columns: ['TWICE'] };
  const whole: Demand = { relation: 'RICH', form: 'final' };

  it('need neither ROWTIME nor a place; as often as columns are named, and only then', () => {
    expect(columnsOnly(named)).toBe(true);
    expect(columnsOnly(named, { ...named, columns: ['NAME'] })).toBe(true);
    expect(columnsOnly(named, named, named)).toBe(true);
    expect(columnsOnly(whole)).toBe(false);
    expect(columnsOnly(named, whole)).toBe(false);
    expect(columnsOnly(whole, named)).toBe(false);
    expect(columnsOnly(whole, named, named)).toBe(false);
  });

  it('need both where another statement reads the relation', () => {
    expect(columnsOnly(named, { relation: 'BY_NAME', form: 'final' })).toBe(false);
  });
});
