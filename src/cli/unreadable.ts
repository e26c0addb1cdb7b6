/** Why a file that a user named cannot be read, as the end of a sentence: from the system's code, or the decoder's for text. */
export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return code.startsWith('ERR_') ? 'it is not UTF-8 text' : `the system says ${code}`;
}
