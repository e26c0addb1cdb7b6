import type { Damage } from '../input-file.js';
import { ByteWindow, unpackedBytes } from './bytes.js';
import { readBlocks, readHeader } from './container.js';
import { readConcatenated, readPrefixed } from './framed.js';
import { readFramedLines } from './framed-lines.js';
import { type AvroItem, broken } from './item.js';
import type { AvroSource } from './source.js';

/**
 * What an Avro file holds, in its order, in slices. The same at each reading, but that records of containers have no value
 * where `skim` says that none is wanted.
 */
export async function* avroItems(source: AvroSource, skim: () => boolean = () => false): AsyncGenerator<AvroItem[]> {
  const window = new ByteWindow(unpackedBytes(source.path, source.compression));
  try {
    switch (source.layout) {
      case 'container':
        yield* readContainers(window, source.damage, skim);
        break;
      case 'prefixed':
        yield* readPrefixed(window, source.schemas, source.damage);
        break;
      case 'concatenated':
        yield* readConcatenated(window, source.schemas, source.damage);
        break;
      default:
        yield* readFramedLines(window, source.schemas, source.layout);
    }
    if (source.damage !== null) yield [broken(source.damage, `the ${source.compression} file is ${source.damage}`)];
  } finally {
    await window.close();
  }
}

/** Containers may be strung together (`cat *.avro`): each begins with a header of its own. */
async function* readContainers(
  window: ByteWindow,
  damage: Damage | null,
  skim: () => boolean,
): AsyncGenerator<AvroItem[]> {
  while ((await window.peek(1)).length > 0) {
    const place = `header at byte ${window.offset}`;
    const header = await readHeader(window);
    if (typeof header === 'string') {
      yield [broken(damage ?? 'damaged', `${place}: ${header}`)];
      return;
    }
    yield [{ kind: 'header', codec: header.codec, schema: header.schema, text: header.schemaText }];
    yield* readBlocks(window, header, damage, skim);
  }
}
