import { isSmall } from '../../disclosure/suppression.js';
import type { Interval } from '../../statistics/mean.js';
import { type Proportion, share, wilson } from '../../statistics/proportions.js';
import type { Finding } from '../finding.js';
import { noAnswer } from '../finding.js';
import { field, table } from '../kit.js';
import type { ReportTable } from '../report.js';
import { countText, shareText } from '../words.js';
import { type Counts, ORDERED } from './counts.js';
import type { Options } from './options.js';

type Kind = (typeof ORDERED)[number];

/** A share of the matured prescriptions that is told; kinds are put together where one alone has few patients. */
export interface OrderedShare extends Proportion, Interval {
  readonly outcome: string;
  readonly share: number;
}

/** Ways to tell what was ordered, the fullest first; each is a list of parts, by the kinds that they put together. */
const WAYS: readonly (readonly { readonly outcome: string; readonly kinds: readonly Kind[] }[])[] = [
  [
    { outcome: 'every product ordered', kinds: ['filled', 'ordered'] },
    { outcome: 'some products ordered', kinds: ['some'] },
    { outcome: 'no product ordered', kinds: ['none'] },
    { outcome: 'in the full quantity, at once or over time', kinds: ['filled'] },
  ],
  [
    { outcome: 'every product ordered', kinds: ['filled', 'ordered'] },
    { outcome: 'some products or none ordered', kinds: ['some', 'none'] },
    { outcome: 'in the full quantity, at once or over time', kinds: ['filled'] },
  ],
  [
    { outcome: 'at least one product ordered', kinds: ['filled', 'ordered', 'some'] },
    { outcome: 'no product ordered', kinds: ['none'] },
  ],
];

/** Kinds that follow from the parts of each way, and so must not have few patients. */
const ALONE: readonly (readonly (readonly Kind[])[])[] = [
  [['filled'], ['ordered'], ['some'], ['none']],
  [['filled'], ['ordered'], ['some'], ['some', 'none']],
  [['filled', 'ordered', 'some'], ['none']],
];

/**
 * The fullest way in which nothing of few patients follows; none where there is no such way, where nothing has matured, or where the table of statuses has to
 * hide those without an order (`closed`).
 */
export function orderedShares(
  { ordered }: Pick<Counts, 'ordered'>,
  closed: boolean,
  { confidence, small }: Options,
): readonly OrderedShare[] {
  const sum = (kinds: readonly Kind[], name: 'prescriptions' | 'patients'): number =>
    kinds.reduce((all, kind) => all + ordered[kind][name], 0);
  const n = sum(ORDERED, 'prescriptions');
  if (n === 0 || closed) return [];
  const at = ALONE.findIndex((parts) => parts.every((kinds) => !isSmall(sum(kinds, 'patients'), small.k)));
  return (WAYS[at] ?? []).map(({ outcome, kinds }) => {
    const one = { k: sum(kinds, 'prescriptions'), n };
    return { outcome, ...one, share: share(one)!, ...wilson(one, confidence) };
  });
}

/** The table `ordered`. */
export function orderedTable(shares: readonly OrderedShare[], options: Options): ReportTable {
  return table<OrderedShare>(
    'ordered',
    'What was ordered of prescriptions that have run out',
    options,
    [
      field(
        'outcome',
        'Outcome',
        'text',
        'Of prescriptions whose validity is over and that were not cancelled.',
        (row) => row.outcome,
        { screen: true },
      ),
      field('k', 'With it', 'count', 'How many.', ({ k }) => k, { screen: true }),
      field('n', 'All', 'count', 'All such prescriptions.', (row) => row.n, { screen: true }),
      field('share', 'Share', 'share', 'With it / all.', (row) => row.share, { screen: true }),
      field('ci_low', 'From', 'share', 'Lower end of its interval (Wilson).', ({ low }) => low, { screen: true }),
      field('ci_high', 'To', 'share', 'Upper end of it.', ({ high }) => high, { screen: true }),
    ],
    shares,
    'prescription',
  );
}

const range = ({ low, high }: OrderedShare): string => `${shareText(low!)} to ${shareText(high!)}`;

function finding(id: string, one: OrderedShare, text: string): Finding {
  return {
    ...{ id, verdict: 'shown', direction: 'none', unit: 'share' },
    ...{ size: one.share, low: one.low, high: one.high, text },
    about: { outcome: one.outcome },
  };
}

/** What was asked first (is every product ordered?), then how much of it. */
export function orderedFindings(shares: readonly OrderedShare[], matured: number): readonly [Finding, ...Finding[]] {
  const [first, ...rest] = shares;
  if (first === undefined)
    return [
      matured === 0
        ? noAnswer(
            'every-product',
            'No prescription has run out yet, so whether patients order all of one cannot be said.',
            'none has matured',
          )
        : noAnswer(
            'every-product',
            `Whether patients order all of a prescription cannot be told of ${countText(matured)} that have run out without telling of single patients.`,
            'few patients',
          ),
    ];
  const [full, ...others] = [...rest].reverse();
  const isFull = full?.outcome.startsWith('in the full') === true;
  const parts = (isFull ? others.reverse() : rest).map(
    ({ outcome, share: part }) => `${shareText(part)} had ${outcome.replace(' ordered', '')}`,
  );
  const text = `Of ${countText(first.n)} prescriptions that have run out, ${shareText(first.share)} had ${first.outcome} (anything from ${range(first)} fits)${parts.length === 0 ? '' : `, ${parts.join(', ')}`}.`;
  return [
    finding('every-product', first, text),
    ...(isFull
      ? [
          finding(
            'full-quantity',
            full,
            `In the full quantity, at once or over time, ${shareText(full.share)} were filled (${range(full)}).`,
          ),
        ]
      : []),
  ];
}
