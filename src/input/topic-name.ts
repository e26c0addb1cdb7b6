const PACKING = /\.(gz|gzip|zst|zstd|snappy)$/i;
const DATA =
  /\.(ndjson|jsonl|json|csv|tsv|txt|log|dump|out|avro|bin|parquet|pq|xlsx?|sql|xml|sqlite3?|db3?|zip|tar|tgz)$/i;
const WORDS = /[ ._-](values?|console|kcat|keyed|outfile|batch|copy|dump|export|data|events?)$/i;
const PARTS = /(\+\d+\+\d+|[ ._-](part)?[ ._-]?\d[\d_-]*)$/i;
/** What Spark writes behind the number of a part, and Firehose behind its time. */
const UUID = /-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-c\d+)?$/i;
/** What browsers and file managers write behind a name that was taken: `orders (1)`, `orders - Copy`, `orders kopie`. */
const COPIES = /( ?\(\d+\)| - (copy|kopie|copie|copia)( \(?\d+\)?)?| (copy|kopie)( \d+)?)$/i;
/** Spreadsheet services write the name of the file before that of the sheet: `Shop data - patients`. */
const SHEET = /^.* - (?=\S)/;

/** The topic that a file's name tells: `shopa.pharmacy.orders.values.ndjson.gz` is `shopa.pharmacy.orders`. */
function topicOfFile(name: string): string {
  let topic = name.replace(/^.*[\\/]/, '');
  for (const pattern of [PACKING, DATA, PACKING, DATA, COPIES, UUID, PARTS, WORDS, PARTS, SHEET]) {
    const shorter = topic.replace(pattern, '');
    if (shorter !== '') topic = shorter;
  }
  return topic.toLowerCase();
}

/** Names that programs give to files of any table. */
const ANY =
  /^(part|parts|data|export|dump|chunk|file|out|output|result|results|rows|table|sheet\d*|tabelle\d*|load\d*|messages?|records|polls?|[\d_-]*)$/;

/**
 * The topic that a file's place tells: its name, or where that says nothing of a table (`part-00000.csv`) the folder that it lies
 * in; folders of partitions (`partition=0`), of dates (`2026/03`) and of numbers are passed over.
 */
export function topicOfPath(path: string, name: string): string {
  const own = topicOfFile(name);
  const [file, ...folders] = path.split(/[\\/]/).reverse();
  if (!ANY.test(own) || file !== name.replace(/^.*[\\/]/, '')) return own;
  const folder = folders.find((part) => part !== '' && !part.includes('=') && !/^[\d_-]+$/.test(part));
  return folder === undefined || folder === '.' || folder === '..' ? own : topicOfFile(folder);
}

/** The table of a topic: its last dotted part. */
export function tableOfTopic(topic: string): string {
  return topic.slice(topic.lastIndexOf('.') + 1).toLowerCase();
}
