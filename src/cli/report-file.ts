import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { Carrying } from '../plan/lineage.js';
import { sha256 } from '../provenance/digest.js';
import type { ManifestReportFile } from '../provenance/manifest.js';
import { checkPipeline } from '../replay/check.js';
import { patientColumns } from '../replay/index.js';
import type { ReportDefinition } from '../reports/definition.js';
import { findReport } from '../reports/index.js';
import { ownId, ownReport, readHeader } from '../reports/own/index.js';
import { SourcedError, withText } from './failures.js';
import type { ReportJob } from './jobs.js';
import { EVERYWHERE, type OptionDefinition } from './option.js';
import { packageFile } from './package.js';
import { optionsOf } from './report-parameters.js';
import { whyUnreadable } from './unreadable.js';
import { usage } from './usage.js';

/** True where an argument means a file with a report, not the id of a shipped one. */
export function isReportFile(word: string): boolean {
  return /\.sql$/i.test(word);
}

/** What the command line must know of a report: its id and its parameters. */
export type DeclaredReport = Pick<ReportDefinition, 'id' | 'title' | 'question' | 'parameters'>;

/** A report file as it stands on disk; `examples/...` also where the package has it. Throws `report-not-readable` (exit 2). */
export function readReportFile(path: string, cwd: string): ManifestReportFile {
  const here = resolve(cwd, path);
  const shipped = packageFile(path);
  const found = !existsSync(here) && path.startsWith('examples/') && existsSync(shipped) ? shipped : here;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(found));
    return { name: basename(path), sha256: sha256(text), text };
  } catch (error) {
    const why = whyUnreadable(error);
    const help = 'A report of your own is a .sql file; shipped ones are named without an ending.';
    const diagnostic = usage('report-not-readable', `The report ${path} cannot be read: ${why}.`, help);
    throw new DiagnosticError([{ ...diagnostic, next: 'pharmabi reports' }], EXIT.usage);
  }
}

/** What the head of a report file declares. Throws its mistakes (exit 2). */
export function declaredReport({ name, text }: ManifestReportFile): DeclaredReport {
  return sourced({ name, text }, () => ({ id: ownId(name), ...readHeader({ file: name, text }) }));
}

/** The parameters of a report file as options. Throws where one has the name of an option of the command line. */
export function reportFileOptions(
  file: ManifestReportFile,
  taken: readonly OptionDefinition[],
): readonly OptionDefinition[] {
  const options = optionsOf(declaredReport(file));
  const names = new Set([...taken, ...EVERYWHERE].map(({ name }) => name));
  const clash = options.find(({ name }) => names.has(name));
  if (clash === undefined) return options;
  const diagnostic: Diagnostic = {
    ...usage(
      'bad-report-file',
      `${file.name} calls a parameter "${clash.name}", which is an option of every report.`,
      'Give it another name.',
    ),
    place: { file: file.name },
  };
  throw new DiagnosticError([diagnostic], EXIT.usage);
}

/** The report of a job: a shipped one, or the one that its file holds. */
export async function definitionOf({
  command,
  pipeline,
  options,
  timeLimit,
}: Pick<ReportJob, 'command' | 'pipeline' | 'options' | 'timeLimit'>): Promise<ReportDefinition> {
  const { file, id } = command;
  if (file === undefined) return findReport(id);
  const { relations, diagnostics } = checkPipeline(pipeline);
  if (diagnostics.some((d) => d.severity === 'error'))
    throw withText(new DiagnosticError(diagnostics, EXIT.pipeline), pipeline);
  const { carriers, relations: ofPatients } = patientColumns(pipeline, options);
  // Under a key ids are pseudonyms already, also inside collections.
  const personOf = (relation: string, column: string): Carrying | undefined => {
    const how = carriers.get(relation)?.get(column);
    return how === 'inside' && options.hashKey !== undefined ? undefined : how;
  };
  const made = relations
    .filter(({ topic }) => topic === undefined)
    .map(({ name, columns }) => ({
      name,
      ofPatients: ofPatients.has(name),
      columns: columns.map((column) => ({ name: column.name, key: column.key, person: personOf(name, column.name) })),
    }));
  return await sourced(file, async () => await ownReport({ file: file.name, text: file.text }, made, timeLimit));
}

function sourced<T>({ name, text }: Pick<ManifestReportFile, 'name' | 'text'>, work: () => T): T {
  const explain = (error: unknown): never => {
    throw error instanceof DiagnosticError ? new SourcedError(error, new Map([[name, text]])) : error;
  };
  try {
    const made = work();
    return made instanceof Promise ? (made.catch(explain) as T) : made;
  } catch (error) {
    return explain(error);
  }
}
