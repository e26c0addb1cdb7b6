export { type Checked, type CheckedRelation, checkPipeline } from './check.js';
export { type Compiled, compile } from './compile.js';
export { runPipeline } from './pipeline.js';
export type * from './run.js';
export { shippedPipeline } from './shipped.js';
