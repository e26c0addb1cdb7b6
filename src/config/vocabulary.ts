/**
 * What shops call the things of the pipeline. Words of one line mean the same to `pharmabi init`; the first stands for all. A guess that
 * rests on them is only taken where nothing else comes near.
 */
const SAME: readonly string[] = [
  'patient user customer client member person buyer patron',
  'practitioner doctor provider prescriber adviser advisor prac clinician therapist',
  'order sale purchase',
  'item line position detail',
  'product article sku good medicine drug',
  'brand manufacturer maker label vendor',
  'clinic branch practice site store location',
  'prescription script rx',
  'shipping delivery shipment freight postage',
  'method way mode option',
  'amount value sum',
  'total grand gross',
  'subtotal net',
  'discount rebate reduction disc allowance',
  'id no nr num number key code ref pk',
  'date placed ordered created datetime timestamp',
  'status state',
  'quantity qty units pieces',
  'price rate',
  'cost fee charge',
  'register registered signup joined',
  'changed since updated modified',
  'type kind category class',
  'name title designation',
  'suburb city town district',
  'issued written prescribed',
  'valid expires expiry',
  'repeats refills',
  'unit single each',
  'retail list msrp',
];

const CANON = new Map(SAME.flatMap((line) => line.split(' ').map((word) => [word, line.split(' ')[0]!] as const)));

/** Words that say nothing: where a table comes from, or that it is one. */
const EMPTY = new Set([
  'tbl',
  'table',
  'crm',
  'erp',
  'shop',
  'dbo',
  'public',
  'app',
  'core',
  'v1',
  'v2',
  'new',
  'all',
  'at',
  'on',
  'the',
  'fk',
]);

/** The words of a name (`customerNo`, `CUSTOMER_NO`, `customer-no`), each as its singular and by its common meaning. */
export function wordsOf(name: string): readonly string[] {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const words = parts.map((word) => {
    const singular =
      word.length > 3 && word.endsWith('s') && !word.endsWith('ss')
        ? word.replace(/(?<=[bcdfghjklmnpqrtvwxyz])ies$|s$/, (end) => (end === 'ies' ? 'y' : ''))
        : word;
    return CANON.get(word) ?? CANON.get(singular) ?? singular;
  });
  const telling = words.filter((word) => !EMPTY.has(word));
  return telling.length === 0 ? words : telling;
}

/** How near two names are, from 0 to 1; `context`: words that go without saying (those of the table). */
export function nearness(name: string, other: string, context: readonly string[] = []): number {
  if (name.toLowerCase() === other.toLowerCase()) return 1;
  const flat = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (flat(name) === flat(other)) return 0.98;
  const a = new Set(wordsOf(name));
  const b = new Set(wordsOf(other));
  if (equal(a, b)) return 0.92;
  const bare = new Set([...b].filter((word) => !context.includes(word)));
  if (bare.size > 0 && equal(a, bare)) return 0.88;
  const both = [...a].filter((word) => b.has(word)).length;
  return (0.8 * both) / new Set([...a, ...b]).size;
}

function equal(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((word) => b.has(word));
}
