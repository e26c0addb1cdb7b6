import type { GivenRelation } from '../fit.js';
import type { Whose } from './trace.js';

/**
 * Where the patient of a row is told: in a column of its own, or in that of another relation (`through`), one row of which the row
 * names by that relation's key (`by`).
 */
export interface PatientOf {
  readonly column: string;
  readonly through?: { readonly relation: string; readonly by: string };
}

/** Where these relations tell the patient of each row; left out are relations that tell none. */
export function patientsOf(
  names: readonly string[],
  relations: readonly GivenRelation[],
): ReadonlyMap<string, PatientOf> {
  const read = relations.filter(({ name }) => names.includes(name));
  const own = new Map(
    read.flatMap(({ name, columns }): [string, PatientOf][] => {
      const column = columns.find(({ person }) => person === 'value');
      return column === undefined ? [] : [[name, { column: column.name }]];
    }),
  );
  const through = read
    .filter(({ name, ofPatients }) => ofPatients === true && !own.has(name))
    .flatMap((relation): [string, PatientOf][] => {
      for (const other of read) {
        const keys = other.columns.filter(({ key }) => key === true);
        const by = keys.length === 1 ? keys[0]!.name : undefined;
        const told = own.get(other.name);
        if (told === undefined || by === undefined || by === told.column) continue;
        if (relation.columns.some(({ name }) => name === by))
          return [[relation.name, { column: told.column, through: { relation: other.name, by } }]];
      }
      return [];
    });
  return new Map([...own, ...through]);
}

/** What must be replayed: what a query sees, and what tells the patient of each row. */
export function requiredOf(
  visible: ReadonlyMap<string, readonly string[]>,
  patients: ReadonlyMap<string, PatientOf>,
): readonly { readonly relation: string; readonly columns: readonly string[] }[] {
  const more = new Map([...visible].map(([name, columns]) => [name, new Set(columns)]));
  for (const [relation, { column, through }] of patients) {
    more.get(through?.relation ?? relation)?.add(column);
    if (through === undefined) continue;
    more.get(relation)?.add(through.by);
    more.get(through.relation)?.add(through.by);
  }
  return [...more].map(([relation, columns]) => ({ relation, columns: [...columns] }));
}

/** Whose rows each relation holds, by its lower-case name. */
export function whoseOf(
  relations: readonly GivenRelation[],
  patients: ReadonlyMap<string, PatientOf>,
): ReadonlyMap<string, Whose> {
  return new Map(
    relations.map(({ name, ofPatients }) => {
      const untold = ofPatients === true ? ('untold' as const) : ('nobody' as const);
      return [name.toLowerCase(), patients.has(name) ? ('told' as const) : untold];
    }),
  );
}
