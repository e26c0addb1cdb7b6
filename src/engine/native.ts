/** The native engine. It is loaded here and nowhere else, so that `--help` never pays for it. */
export async function loadNative(): Promise<typeof import('@duckdb/node-api')> {
  const accessors = await import('@duckdb/node-api/lib/vectors/dataAccessors.js');
  // The binding's own decoder takes a U+FEFF at the beginning of a value for a mark of the encoding, and drops it.
  const { default: decoding } = accessors as unknown as { default: { textDecoder: InstanceType<typeof TextDecoder> } };
  decoding.textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return await import('@duckdb/node-api');
}
