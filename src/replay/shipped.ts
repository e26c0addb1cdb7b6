import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The pharmacy's business logic, shipped with the package: one file in the ksqlDB dialect. */
export function shippedPipeline(): { readonly file: string; readonly text: string } {
  const url = new URL('../../pipelines/pharmacy.ksql', import.meta.url);
  return { file: 'pharmacy.ksql', text: readFileSync(fileURLToPath(url), 'utf8') };
}
