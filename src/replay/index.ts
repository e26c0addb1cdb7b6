export { bindRun, checkPolicy } from './bind.js';
export { neededTopics, runPipeline } from './pipeline.js';
export type * from './run.js';
