export { bindRun, checkPolicy } from './bind.js';
export { patientColumns } from './persons.js';
export { neededSources, runPipeline } from './pipeline.js';
export type * from './run.js';
