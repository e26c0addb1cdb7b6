const PACKING = /\.(gz|gzip|zst|zstd)$/i;
const DATA = /\.(ndjson|jsonl|json|csv|tsv|txt|log|dump|out|avro|bin)$/i;
const WORDS = /[._-](values?|console|kcat|keyed|outfile|batch|copy|dump|export|data|events?)$/i;
const PARTS = /(\+\d+\+\d+|[._-](part)?[._-]?\d[\d_-]*)$/i;

/** The topic that a file's name tells: `shopa.pharmacy.orders.values.ndjson.gz` is `shopa.pharmacy.orders`. */
export function topicOfFile(name: string): string {
  let topic = name.replace(/^.*[\\/]/, '');
  for (const pattern of [PACKING, DATA, PARTS, WORDS, PARTS]) {
    const shorter = topic.replace(pattern, '');
    if (shorter !== '') topic = shorter;
  }
  return topic.toLowerCase();
}

/** The table of a topic: its last dotted part. */
export function tableOfTopic(topic: string): string {
  return topic.slice(topic.lastIndexOf('.') + 1).toLowerCase();
}
