const PACKING = /\.(gz|gzip|zst|zstd)$/i;
const DATA = /\.(ndjson|jsonl|json|csv|tsv|txt|log|dump|out|avro|bin)$/i;
const WORDS = /[._-](values?|console|kcat|keyed|outfile|batch|copy|dump|export|data|events?)$/i;
const PARTS = /(\+\d+\+\d+|[._-](part)?[._-]?\d[\d_-]*)$/i;

/** The topic that a file's name tells: `shopa.pharmacy.orders.values.ndjson.gz` is `shopa.pharmacy.orders`. */
function topicOfFile(name: string): string {
  let topic = name.replace(/^.*[\\/]/, '');
  for (const pattern of [PACKING, DATA, PARTS, WORDS, PARTS]) {
    const shorter = topic.replace(pattern, '');
    if (shorter !== '') topic = shorter;
  }
  return topic.toLowerCase();
}

/** Names that programs give to files of any table. */
const ANY =
  /^(part|parts|data|export|dump|chunk|file|out|output|result|results|rows|table|sheet\d*|tabelle\d*|[\d_-]*)$/;

/**
 * The topic that a file's place tells: its name, or where that says nothing of a table (`part-00000.csv`) the folder that it lies
 * in; folders of partitions (`partition=0`) are passed over.
 */
export function topicOfPath(path: string, name: string): string {
  const own = topicOfFile(name);
  const [file, ...folders] = path.split(/[\\/]/).reverse();
  if (!ANY.test(own) || file !== name.replace(/^.*[\\/]/, '')) return own;
  const folder = folders.find((part) => part !== '' && !part.includes('='));
  return folder === undefined || folder === '.' || folder === '..' ? own : folder.toLowerCase();
}

/** The table of a topic: its last dotted part. */
export function tableOfTopic(topic: string): string {
  return topic.slice(topic.lastIndexOf('.') + 1).toLowerCase();
}
