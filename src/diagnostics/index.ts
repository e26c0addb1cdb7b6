export { CODES, codeMeaning } from './codes.js';
export { type Diagnostic, DiagnosticError, EXIT, type ExitCode, type Place, type Span } from './diagnostic.js';
export { placeText, type RenderOptions, renderDiagnostic, renderDiagnostics } from './render.js';
export { editDistance, suggest } from './suggest.js';
export { charWidth, textWidth } from './width.js';
