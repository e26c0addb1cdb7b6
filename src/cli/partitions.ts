import type { Topology } from '../deploy/topology.js';
import { usage } from './usage.js';
import type { Reader } from './values.js';

/** Reads `--partitions [TOPIC=]N`: the number that every named topic has, N alone for all that the pipeline reads. */
export function readPartitions(read: Reader, topology: Topology): ReadonlyMap<string, number> {
  const all: [string, number][] = [];
  const single: [string, number][] = [];
  for (const text of read.texts('partitions')) {
    const found = /^(?:(.+)=)?(\d{1,5})$/.exec(text);
    const count = Number(found?.[2]);
    if (found === null || count < 1) {
      read.refuse(
        usage(
          'bad-value',
          `--partitions cannot be "${text}": it is not [TOPIC=]N.`,
          'For example --partitions 4 --partitions orders=6.',
        ),
      );
    } else if (found[1] === undefined) all.push(...topology.sources.map((s): [string, number] => [s.name, count]));
    else single.push([found[1], count]);
  }
  return new Map([...all, ...single]);
}
