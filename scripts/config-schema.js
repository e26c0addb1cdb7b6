// Writes schemas/pharmabi.schema.json from the options and reports: `npm run -s build && node scripts/config-schema.js`. A test fails
// when it is stale.
import { writeFileSync } from 'node:fs';
import { configVocabulary } from '../dist/cli/config-file.js';
import { configSchema } from '../dist/config/schema.js';

const path = new URL('../schemas/pharmabi.schema.json', import.meta.url);
writeFileSync(path, `${JSON.stringify(configSchema(await configVocabulary()), null, 2)}\n`);
