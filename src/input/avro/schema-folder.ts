import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Diagnostic, DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';

/** All that the schema files of a folder say, in the order of their ids: for a digest. */
export function schemaFilesText(folder: string): string {
  return JSON.stringify(
    schemaTexts(folder)
      .map(({ id, text }) => [id, text] as const)
      .sort(([a], [b]) => a - b),
  );
}

/** The schema files of a folder (or one file): those whose name ends with an id. Fails with `input-not-found`. */
export function schemaTexts(
  folder: string,
): readonly { readonly id: number; readonly path: string; readonly text: string }[] {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) throw schemaProblem('input-not-found', `There is no folder "${folder}" of Avro schemas.`);
  const paths = stat.isDirectory()
    ? readdirSync(folder)
        .sort()
        .map((name) => join(folder, name))
    : [folder];
  return paths.flatMap((path) => {
    const id = schemaId(path);
    return id === null ? [] : [{ id, path, text: readFileSync(path, 'utf8') }];
  });
}

function schemaId(path: string): number | null {
  const match = /(?:^|[^0-9])(\d{1,10})\.(avsc|json)$/i.exec(basename(path));
  return match === null ? null : Number(match[1]);
}

/** What is wrong with the schemas that were given (exit 3). */
export function schemaProblem(code: string, message: string, path?: string): DiagnosticError {
  const diagnostic: Diagnostic = {
    code,
    severity: 'error',
    message,
    ...(path !== undefined && { place: { file: basename(path) } }),
    expected: 'a folder with one file per schema id, the id last in its name: 7.avsc',
    help: 'Save each schema as the registry gives it: curl REGISTRY/schemas/ids/7 > FOLDER/7.avsc',
    next: 'pharmabi inspect INPUT... --avro-schemas FOLDER',
  };
  return new DiagnosticError([diagnostic], EXIT.input);
}
