/** The name under which a run is started by its supervisor. */
export const RUN_NAME = 'pharmabi-run';

/** What a run tells its supervisor: temporary files that come and go, and with which exit code it is done. */
export type FromRun = { readonly temporary: string; readonly isThere: boolean } | { readonly exit: number };
