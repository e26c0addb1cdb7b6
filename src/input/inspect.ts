export interface Inspection {
  readonly files: readonly unknown[];
}
export async function inspectInputs(): Promise<Inspection> {
  return { files: [] };
}
