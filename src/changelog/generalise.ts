import type { Generalisation } from '../privacy/policy.js';
import { typedSql } from './typed.js';

/** From this age on all persons are one band: few live longer, and they could be told apart. */
const OLDEST_AGE = 90;

/** The coarser text of the text `v` (SQL); NULL where `v` is no date and one is needed. */
export function generaliseSql(action: Generalisation, v: string): string {
  if (action.to === 'area') return `left(${v}, ${action.characters})`;
  const date = typedSql({ kind: 'DATE' }, v, {});
  switch (action.to) {
    case 'day':
      return `strftime(${date}, '%Y-%m-%d')`;
    case 'week':
      return `strftime(date_trunc('week', ${date}), '%Y-%m-%d')`;
    case 'birth-year':
      return `year(${date})::VARCHAR`;
    case 'birth-year-band': {
      const from = floorTo(`year(${date})`, action.years);
      const oldest = Math.floor(action.oldest / action.years) * action.years;
      const first = `CASE WHEN ${from} <= ${oldest} THEN 'up to ${oldest + action.years - 1}'`;
      return `${first} ELSE ${from} || '-' || (${from} + ${action.years - 1}) END`;
    }
    case 'age-band': {
      const age = `date_part('year', age(TIMESTAMP '${action.at}', ${date}::TIMESTAMP))::BIGINT`;
      const from = floorTo(age, action.years);
      return `CASE WHEN ${age} >= ${OLDEST_AGE} THEN '${OLDEST_AGE}+' WHEN ${age} >= 0 THEN ${from} || '-' || (${from} + ${action.years - 1}) END`;
    }
  }
}

function floorTo(sql: string, step: number): string {
  return `(floor(${sql} / ${step}.0)::BIGINT * ${step})`;
}
