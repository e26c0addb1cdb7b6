export type * from './expression.js';
export type * from './statement.js';
