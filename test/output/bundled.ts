import { bundledReports } from '../../scripts/bundled-reports.js';
import type { Report } from '../../src/reports/report.js';

/** All reports over the bundled data, made by what `npm run build` left in `dist`. */
export async function bundled(parameters: Readonly<Record<string, string>> = {}): Promise<readonly Report[]> {
  // The script is JavaScript: what is known of its values is said here.
  const made = (await bundledReports(parameters)) as unknown as readonly { readonly report: Report }[];
  return made.map(({ report }) => report);
}
