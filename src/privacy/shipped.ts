import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The policy that holds where none is named: the pharmacy's. */
export function shippedPolicy(): { readonly file: string; readonly text: string } {
  const url = new URL('../../policies/pharmacy.yaml', import.meta.url);
  return { file: 'pharmacy.yaml', text: readFileSync(fileURLToPath(url), 'utf8') };
}

/** What `--policy none` stands for: the manifest holds it, and a run says so. */
export const NO_POLICY = { file: 'none', text: 'version: 1\nnone: true\n' } as const;
