import type { Engine } from '../engine/engine.js';
import type { Effects } from './effects.js';

/** The same engine, printing each statement on stderr with its wall time: what `--debug` shows. */
export function traced(engine: Engine, effects: Effects): Engine {
  const timed = async <T>(sql: string, work: () => Promise<T>): Promise<T> => {
    const started = effects.now();
    try {
      return await work();
    } finally {
      await effects.stderr.write(`-- ${(effects.now() - started).toFixed(1)} ms\n${sql.trim()};\n`);
    }
  };
  return {
    ...engine,
    run: (sql) => timed(sql, () => engine.run(sql)),
    rows: (sql) => timed(sql, () => engine.rows(sql)),
    numbers: (sql) => timed(sql, () => engine.numbers(sql)),
    objects: (sql) => timed(sql, () => engine.objects(sql)),
  };
}
