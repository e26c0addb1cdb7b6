import type { InputFact } from '../relation.js';
import { byCodeUnit, type Manifest } from './manifest.js';

/** Something that is not as a manifest says. */
export interface Difference {
  readonly kind: 'input' | 'counts' | 'output' | 'file';
  readonly name: string;
  readonly message: string;
}

/** What a verification found. Versions that differ are no difference by themselves: equal bytes are what counts. */
export interface Comparison {
  readonly equal: boolean;
  readonly differences: readonly Difference[];
  readonly notes: readonly string[];
}

/**
 * Compares what a manifest records with a replay of it. `onDisk` holds the digests of the recorded output files that are
 * still there, by name; a file that is gone is a note, since its bytes were made again.
 */
export function compareManifests(
  recorded: Manifest,
  replayed: Manifest,
  onDisk: ReadonlyMap<string, string>,
): Comparison {
  const inputs = [...inputDifferences(recorded, replayed), ...schemaDifferences(recorded, replayed)];
  const outputs = outputDifferences(recorded, replayed);
  const files = fileDifferences(recorded, onDisk);
  const versions = versionNotes(recorded, replayed);
  const differences = [...inputs, ...countDifferences(recorded, replayed), ...outputs, ...files];
  return { equal: differences.length === 0, differences, notes: [...versions, ...missingNotes(recorded, onDisk)] };
}

function schemaDifferences(recorded: Manifest, replayed: Manifest): readonly Difference[] {
  const [was, is] = [recorded.options.avroSchemas, replayed.options.avroSchemas];
  return was?.sha256 === is?.sha256 ? [] : [input(was?.folder ?? '.', 'has changed: other Avro schemas than then')];
}

function inputDifferences(recorded: Manifest, replayed: Manifest): readonly Difference[] {
  const names = new Set([...recorded.inputs, ...replayed.inputs].map((i) => i.name));
  return [...names].sort(byCodeUnit).flatMap((name) => {
    const was = recorded.inputs.filter((i) => i.name === name);
    const is = replayed.inputs.filter((i) => i.name === name);
    return differencesOfName(name, without(was, is), without(is, was));
  });
}

// Two inputs may have one name (and even one content): what stands on both sides is taken away once for once.
function without(inputs: readonly InputFact[], others: readonly InputFact[]): readonly InputFact[] {
  const digests = others.map((o) => o.sha256);
  return inputs.filter((i) => {
    const at = digests.indexOf(i.sha256);
    if (at >= 0) digests.splice(at, 1);
    return at < 0;
  });
}

function differencesOfName(name: string, was: readonly InputFact[], is: readonly InputFact[]): readonly Difference[] {
  return Array.from({ length: Math.max(was.length, is.length) }, (_, index) => {
    const [before, now] = [was[index], is[index]];
    if (before === undefined) return input(name, 'is an input now and was none then');
    if (now === undefined) return input(name, 'was an input and is not there any more');
    const digests = `SHA-256 ${before.sha256.slice(0, 12)} then, ${now.sha256.slice(0, 12)} now`;
    return input(name, `has changed: ${before.bytes} bytes then, ${now.bytes} now; ${digests}`);
  });
}

function input(name: string, message: string): Difference {
  return { kind: 'input', name, message };
}

function countDifferences(recorded: Manifest, replayed: Manifest): readonly Difference[] {
  const names = new Set([...Object.keys(recorded.counts), ...Object.keys(replayed.counts)]);
  return [...names]
    .filter((name) => (recorded.counts[name] ?? 0) !== (replayed.counts[name] ?? 0))
    .map((name) => ({
      kind: 'counts' as const,
      name,
      message: `was ${recorded.counts[name] ?? 0} and is ${replayed.counts[name] ?? 0}`,
    }));
}

function outputDifferences(recorded: Manifest, replayed: Manifest): readonly Difference[] {
  return recorded.outputs.flatMap((was, index): readonly Difference[] => {
    const is = replayed.outputs[index];
    if (is !== undefined && is.sha256 === was.sha256) return [];
    const now =
      is === undefined ? 'is not made any more' : `came out with ${is.bytes} bytes, recorded are ${was.bytes}`;
    return [{ kind: 'output', name: was.name, message: `${now}; its content differs` }];
  });
}

function fileDifferences(recorded: Manifest, onDisk: ReadonlyMap<string, string>): readonly Difference[] {
  return recorded.outputs
    .filter((o) => onDisk.has(o.name) && onDisk.get(o.name) !== o.sha256)
    .map((o) => ({
      kind: 'file' as const,
      name: o.name,
      message: 'was edited or replaced after the run: its bytes are not the recorded ones',
    }));
}

function missingNotes(recorded: Manifest, onDisk: ReadonlyMap<string, string>): readonly string[] {
  return recorded.outputs
    .filter((o) => o.name !== '-' && !onDisk.has(o.name))
    .map((o) => `${o.name} is not there any more; its bytes were made again and compared`);
}

function versionNotes(recorded: Manifest, replayed: Manifest): readonly string[] {
  const pairs = [
    ['pharmabi', recorded.tool.version, replayed.tool.version],
    ['DuckDB', recorded.versions.duckdb, replayed.versions.duckdb],
    ['time-zone data', recorded.versions.timeZoneData, replayed.versions.timeZoneData],
  ] as const;
  return pairs
    .filter(([, was, is]) => was !== is)
    .map(([name, was, is]) => `${name} is another version: ${was} then, ${is} now`);
}
