/** Versions that may change a result, beside the tool's own. */
export interface EngineVersions {
  readonly duckdb: string;
  /** Release of the IANA time-zone data that Node was built with (`2026a`). */
  readonly timeZoneData: string;
}

/** The versions in use. Loads the engine's library, but opens no database. */
export async function versions(): Promise<EngineVersions> {
  const { version } = await import('@duckdb/node-api');
  return { duckdb: version(), timeZoneData: process.versions.tz ?? 'none' };
}
