import { mappedAction } from '../changelog/deidentify.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { Pipeline } from '../ksql/analyzed.js';
import { fieldOf } from '../ksql/source.js';
import { writersOf } from '../ksql/topic-edges.js';
import { type Carriers, carriersOf } from '../plan/lineage.js';
import { parsePolicy } from '../privacy/parse.js';
import type { Policy, TablePolicy } from '../privacy/policy.js';
import type { ReplayOptions } from '../relation.js';
import { compileText, type PipelineText } from './compile.js';

/** The entity of a policy whose ids reports never show. */
const PATIENT = 'patient';

/** What a pipeline's relations hold of patients. */
export interface PatientColumns {
  /** The columns that hold ids of patients: those that the policy hashes (where a key is given), wherever the pipeline hands them on. */
  readonly carriers: Carriers;
  /** The relations that are made of rows of patients. */
  readonly relations: ReadonlySet<string>;
}

/** What the relations of a pipeline hold of patients, by the policy; without one nobody can say, and all may be theirs. */
export function patientColumns(text: PipelineText, { policy }: Pick<ReplayOptions, 'policy'>): PatientColumns {
  const { pipeline } = compileText(text);
  if (policy === undefined) return { carriers: new Map(), relations: new Set(pipeline.relations.keys()) };
  const rules = parsePolicy(policy.text, policy.file);
  if (rules.none) return { carriers: new Map(), relations: new Set(pipeline.relations.keys()) };
  const carriers = carriersOf(pipeline, (relation, { name }) => {
    const declaration = pipeline.relations.get(relation)?.declaration;
    const column = declaration?.columns.find((c) => c.name === name);
    if (declaration === undefined || column === undefined) return false;
    const action = mappedAction(rules, declaration, fieldOf(column));
    return action !== 'unnamed' && action.kind === 'hash' && action.entity === PATIENT;
  });
  return { carriers, relations: relationsOfPatients(pipeline, rules) };
}

function relationsOfPatients(pipeline: Pipeline, rules: Policy): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { name, declaration } of pipeline.relations.values()) {
    const tables = [declaration?.topic, declaration?.declaredTopic].flatMap((t) => (t === undefined ? [] : [t]));
    const isOrigin = tables.some((topic) => isOfPatients(rules.tables.get(tableOfTopic(topic.toLowerCase()))));
    const queries = writersOf(pipeline, name);
    const reads = queries.flatMap(({ from, joins }) => [from, ...joins.map((join) => join.right)]);
    if (isOrigin || reads.some(({ schema }) => found.has(schema.name))) found.add(name);
  }
  return found;
}

/** A table of persons is one of patients, but where its ids are those of others alone (practitioners). */
function isOfPatients(table: TablePolicy | undefined): boolean {
  if (table?.persons !== true) return false;
  const entities = [...table.columns.values()].flatMap((action) => (action.kind === 'hash' ? [action.entity] : []));
  return entities.length === 0 || entities.includes(PATIENT);
}
