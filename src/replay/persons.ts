import { mappedAction } from '../changelog/deidentify.js';
import { fieldOf } from '../ksql/source.js';
import { type Carriers, carriersOf } from '../plan/lineage.js';
import { parsePolicy } from '../privacy/parse.js';
import type { ReplayOptions } from '../relation.js';
import { compileText, type PipelineText } from './compile.js';

/** The entity of a policy whose ids reports never show. */
const PATIENT = 'patient';

/**
 * The columns of a pipeline that hold ids of patients as they are: those that the policy would hash, were there a key, wherever the
 * pipeline hands them on. None where a key was given (they are pseudonyms already) or no policy.
 */
export function patientColumns(text: PipelineText, { policy, hashKey }: ReplayOptions): Carriers {
  if (policy === undefined || hashKey !== undefined) return new Map();
  const rules = parsePolicy(policy.text, policy.file);
  const { pipeline } = compileText(text);
  return carriersOf(pipeline, (relation, { name }) => {
    const declaration = pipeline.relations.get(relation)?.declaration;
    const column = declaration?.columns.find((c) => c.name === name);
    if (declaration === undefined || column === undefined) return false;
    const action = mappedAction(rules, declaration, fieldOf(column));
    return action !== 'unnamed' && action.kind === 'hash' && action.entity === PATIENT;
  });
}
