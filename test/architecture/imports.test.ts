import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { importsOf, sourceFiles, wrongImports } from '../../scripts/check-imports.js';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'pharmabi-layers-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

it('a folder imports only from folders that stand before it', () => {
  expect(sourceFiles(SRC).length).toBeGreaterThan(50);
  expect(wrongImports(SRC)).toEqual([]);
});

it('the check sees an import in the wrong direction, however it is written', () => {
  for (const folder of ['sql', 'reports', 'wizard']) mkdirSync(join(scratch, folder));
  writeFileSync(
    join(scratch, 'sql/emit.ts'),
    "import type { A } from '../reports/report.js';\nexport const later = () => import('../reports/x.js');\n",
  );
  writeFileSync(
    join(scratch, 'reports/report.ts'),
    "// import '../cli/main.js'\nexport { b } from '../sql/emit.js';\n",
  );
  writeFileSync(join(scratch, 'wizard/spell.ts'), 'export const x = 1;\n');
  expect(wrongImports(scratch)).toEqual([
    'sql/emit.ts imports ../reports/report.js: sql may not build on reports',
    'sql/emit.ts imports ../reports/x.js: sql may not build on reports',
    'wizard/spell.ts: the folder "wizard" has no place in the order of folders',
  ]);
  expect(importsOf("import {\n  a,\n} from './a.js';\nimport './b.js';\nexport * from './c.js';\n")).toEqual([
    './a.js',
    './c.js',
    './b.js',
  ]);
});
