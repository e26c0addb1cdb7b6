// Writes every report over the bundled data, and the book, in the forms named: node scripts/write-outputs.js FOLDER xlsx json. Needs a build.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputForms, pathOf } from '../dist/output/index.js';
import { bookOf } from '../dist/reports/book.js';
import { bundledReports } from './bundled-reports.js';

const [folder, ...names] = process.argv.slice(2);
const forms = outputForms.filter(({ name }) => names.includes(name));
if (forms.length === 0) throw new Error('usage: node scripts/write-outputs.js FOLDER FORM...');
mkdirSync(folder, { recursive: true });
const reports = (await bundledReports()).map(({ report }) => report);
for (const report of [...reports, bookOf(reports, [])])
  for (const form of forms) {
    const options = { width: 80, colour: false, ascii: false, manifestName: `${report.id}.manifest.json` };
    for (const file of await form.write(report, options))
      writeFileSync(pathOf(join(folder, `${report.id}${form.endings[0]}`), file), file.bytes);
  }
