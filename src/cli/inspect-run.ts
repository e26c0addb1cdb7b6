import { EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import type { Arguments } from './arguments.js';
import type { Effects } from './effects.js';
export async function runInspect(_args: Arguments, _effects: Effects): Promise<ExitCode> { return EXIT.ok; }
