import { mean } from '../../statistics/mean.js';
import { counted, decimals, listing, signedMoney } from '../words.js';
import type { Findings } from './findings.js';
import { hasEnough, levelText } from './levels.js';
import type { LevelSums } from './sums.js';

function levelWords(sums: LevelSums): string {
  return `${decimals(mean(sums.power)!, 2)} at ${levelText(sums)} (${counted(Number(sums.power.n), 'order')})`;
}

function rangeLine({ shown, options }: Findings): string[] {
  const visible = shown.levels.filter(({ hidden }) => !hidden).map(({ sums }) => sums);
  const usable = visible.filter((sums) => sums.kind === 'discount' && hasEnough(sums, options));
  const none = visible
    .filter((sums) => sums.kind === 'none')
    .map(
      (sums) => `; without a discount ${decimals(mean(sums.power)!, 2)} (${counted(Number(sums.power.n), 'order')})`,
    );
  if (usable.length < 2) return none.length === 0 ? [] : [`AOV${none[0]!.slice(1)}.`];
  // Compared as fractions: equal doubles could hide which is larger, and the first of equals must win everywhere.
  const higher = (a: LevelSums, b: LevelSums): boolean => a.power.sum * b.power.n > b.power.sum * a.power.n;
  const lowest = usable.reduce((best, sums) => (higher(best, sums) ? sums : best));
  const highest = usable.reduce((best, sums) => (higher(sums, best) ? sums : best));
  return [`AOV runs from ${levelWords(lowest)} to ${levelWords(highest)}${none.join('')}.`];
}

/** What a discount takes off by arithmetic is taken out: does the basket grow? */
function basketLine({ same }: Findings): string[] {
  const told = (same?.slopes ?? []).flatMap(({ measure, orders, estimate: { value, low, high } }) =>
    measure === 'gross' && orders === 'all' && value !== null && low !== null && high !== null
      ? [
          `Before the discount is taken off, orders of the same patients change by ${signedMoney(value)} a point (${signedMoney(low)} to ${signedMoney(high)}).`,
        ]
      : [],
  );
  return told;
}

/** Orders with and without prescription apart, where the log tells them apart. */
function prescribedLine({ same }: Findings): string[] {
  const parts = (same?.slopes ?? []).flatMap(({ measure, orders, estimate: { value, low, high } }) =>
    measure === 'net' && orders !== 'all' && value !== null && low !== null && high !== null
      ? [`${orders} a prescription ${signedMoney(value)} (${signedMoney(low)} to ${signedMoney(high)})`]
      : [],
  );
  return parts.length < 2 ? [] : [`A point, orders of the same patients: ${parts.join('; ')}.`];
}

function basisLine({ basis, orders }: Findings): string {
  const say = (name: string): string => (basis[name] === null ? '*' : String(basis[name] ?? 0));
  const all = orders === null ? 'the counted orders' : counted(orders, 'counted order');
  return `Of ${all}, the discount of ${say('proven')} is proven by the log, of ${say('assumed')} assumed, of ${say('unknown')} unknown.`;
}

function weakLine({ shown, options }: Findings): string[] {
  const few = shown.levels.filter(({ sums, hidden }) => !hidden && !hasEnough(sums, options));
  if (few.length === 0) return [];
  return [`Too few orders or patients for a test at ${listing(few.map(({ sums }) => levelText(sums)))}.`];
}

function hiddenLine({ shown, hiddenCells }: Findings): string[] {
  const rows = shown.levels.filter(({ hidden }) => hidden).length;
  if (hiddenCells === 0) return [];
  const whole = rows === 0 ? '' : `, among them all of ${counted(rows, 'level')}`;
  return [`Hidden for small numbers: ${counted(hiddenCells, 'cell')}${whole}.`];
}

function widthLine({ proposedWidth, shown }: Findings): string[] {
  if (proposedWidth === null) return [];
  return [`${shown.levels.length} levels are many: --level-width ${proposedWidth} rounds them to 30 or fewer.`];
}

/** What stands behind the findings: levels, the basket, prescriptions, how discounts are known, what is weak or hidden. */
export function furtherLines(findings: Findings): string[] {
  return [
    ...rangeLine(findings),
    ...basketLine(findings),
    ...prescribedLine(findings),
    basisLine(findings),
    ...weakLine(findings),
    ...hiddenLine(findings),
    ...widthLine(findings),
  ];
}
