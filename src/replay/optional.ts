import { DiagnosticError } from '../diagnostics/diagnostic.js';
import { type InputFile, recordFacts } from '../input/input-file.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { Pipeline } from '../ksql/analyzed.js';
import { fieldOf } from '../ksql/source.js';
import { type Demand, planReplay } from '../plan/plan.js';
import type { DemandGroup, RunRequest } from './run.js';

/** The part of what is optional that is asked of this input, and the topics that it takes beyond the rest. */
export interface OptionalDemand {
  readonly demand: readonly Demand[];
  readonly topics: ReadonlySet<string>;
}

function topicsOf(pipeline: Pipeline, demand: readonly Demand[]): readonly string[] {
  return planReplay(pipeline, demand).sources.map(({ topic }) => topic);
}

/** Lower-case names of the columns that are read out of the input, by `topic column`. */
function columnsOf(pipeline: Pipeline, demand: readonly Demand[]): ReadonlySet<string> {
  const { sources } = planReplay(pipeline, demand);
  return new Set(
    sources.flatMap(({ topic, columns }) =>
      columns.filter(({ used }) => used).map((column) => `${topic} ${fieldOf(column)}`),
    ),
  );
}

/** Names of the fields that the heads of the files show, lower case. */
function fieldsOf(files: readonly InputFile[]): ReadonlySet<string> {
  return new Set(recordFacts(files).flatMap(({ fields }) => [...fields.keys()]));
}

/**
 * The groups of `optional` that the pipeline can make and the input may have: every topic that a group takes beyond `demand` has
 * a file of its name, or a file of the input has a name that tells no topic of the pipeline; and the heads of the files show
 * every column that a `whole` group takes beyond it. Null where there is none.
 */
export function optionalDemand(
  pipeline: Pipeline,
  { demand, optional = [], options }: RunRequest,
  files: readonly InputFile[],
): OptionalDemand | null {
  const makes = ({ relation, columns = [] }: Demand): boolean => {
    const schema = pipeline.relations.get(relation);
    return schema !== undefined && columns.every((name) => schema.columns.some((column) => column.name === name));
  };
  const possible = optional.filter((group) => group.demand.every(makes));
  if (possible.length === 0) return null;
  const declared = new Set(
    [...pipeline.relations.values()].flatMap(({ declaration }) =>
      declaration === undefined ? [] : [tableOfTopic(declaration.topic)],
    ),
  );
  const named = files.map(({ fileTopic }) => tableOfTopic(fileTopic));
  const renamed = new Set(options.topics.map(({ name }) => name));
  const mixed = named.some((table) => !declared.has(table));
  const required = new Set(topicsOf(pipeline, demand));
  const extra = (group: DemandGroup): readonly string[] =>
    topicsOf(pipeline, [...demand, ...group.demand]).filter((topic) => !required.has(topic));
  const fields = fieldsOf(files);
  const known = columnsOf(pipeline, demand);
  const shown = (group: DemandGroup): boolean =>
    group.whole !== true ||
    [...columnsOf(pipeline, [...demand, ...group.demand])].every(
      (column) => known.has(column) || fields.has(column.slice(column.indexOf(' ') + 1)),
    );
  const asked = possible.filter(
    (group) =>
      shown(group) && extra(group).every((topic) => mixed || renamed.has(topic) || named.includes(tableOfTopic(topic))),
  );
  return asked.length === 0
    ? null
    : { demand: asked.flatMap((group) => group.demand), topics: new Set(asked.flatMap(extra)) };
}

/** Is all that the error says that the input lacks some of these topics? */
export function lacksOnly(error: unknown, topics: ReadonlySet<string>): boolean {
  if (!(error instanceof DiagnosticError)) return false;
  const missing = error.diagnostics.filter(({ code }) => code === 'no-input-for-source');
  return (
    missing.length > 0 &&
    missing.every(({ place }) => place !== undefined && 'topic' in place && topics.has(String(place.topic)))
  );
}
