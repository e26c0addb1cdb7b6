import { type Cell, type PointChart, type Report, type ReportColumn, SUPPRESSED } from '../../src/reports/report.js';

const S: typeof SUPPRESSED = SUPPRESSED;

const LEVEL_COLUMNS: readonly ReportColumn[] = [
  {
    name: 'discount_pct',
    label: 'Discount %',
    unit: 'text',
    help: 'Discount in force when the order was placed, in per cent.',
    terminal: true,
  },
  { name: 'orders', label: 'Orders', unit: 'count', help: 'Counted orders of this level.', terminal: true },
  { name: 'patients', label: 'Patients', unit: 'count', help: 'Distinct patients behind the orders.', terminal: true },
  { name: 'net_revenue', label: 'Net revenue', unit: 'money', help: 'Sum of net amounts.', terminal: true },
  { name: 'aov', label: 'Average order value', unit: 'money', help: 'Net revenue divided by orders.', terminal: true },
  {
    name: 'ci_low',
    label: 'Interval from',
    unit: 'money',
    help: 'Lower end of the 95 % interval of the average.',
    terminal: true,
  },
  {
    name: 'ci_high',
    label: 'Interval to',
    unit: 'money',
    help: 'Upper end of the 95 % interval of the average.',
    terminal: true,
  },
  { name: 'sd', label: 'Standard deviation', unit: 'statistic', help: 'Standard deviation of the net amount.' },
  {
    name: 'share_of_orders',
    label: 'Share of orders',
    unit: 'share',
    help: 'Orders of the level divided by all orders.',
    terminal: true,
  },
  { name: 'n_enough', label: 'Enough data', unit: 'bool', help: 'At least 30 orders and 11 patients.' },
  { name: 'suppressed', label: 'Hidden', unit: 'bool', help: 'Hidden because fewer than 5 patients stand behind it.' },
];

const LEVEL_ROWS: readonly (readonly Cell[])[] = [
  ['0', 812, 402, 61234.5, 75.411945812807, 71.9, 78.92, 41.25, 0.17139, true, false],
  ['3', 410, 230, 31300.12, 76.34175609756, 70.11, 82.57, 44.125, 0.08654, true, false],
  ['5', 733, 377, 58912.4, 80.37162346521, 76.8, 83.94, 47.3, 0.154706, true, false],
  ['8', 291, 150, 24002.75, 82.48367697594, 75.02, 89.95, 51.7777, 0.061418, true, false],
  ['10', 902, 488, 77777.77, 86.2281263858, 82.7, 89.76, 50, 0.190375, true, false],
  ['12', 604, 301, 54610.08, 90.41403973509, 85.3, 95.53, 55.5, 0.12748, true, false],
  ['15', 388, 190, 36800, 94.84536082474, 87.66, 102.03, 63.01, 0.08189, true, false],
  ['20', S, S, S, S, S, S, S, S, null, true],
  ['none', 55, 41, 3900.05, 70.91, 60.2, 81.62, 38.9, 0.011608, true, false],
  ['unknown', 540, 288, 41000.1, 75.92611111111, 72.1, 79.75, 43.2, 0.113972, true, false],
];

/** The picture of the sample. */
export const SAMPLE_CHART: PointChart = {
  name: 'aov_by_level',
  title: 'Average order value by discount level, with 95 % interval',
  kind: 'interval',
  xLabel: 'Discount %',
  yLabel: 'Average order value',
  unit: 'money',
  description: 'The average order value rises from 75.41 at 0 % to 94.85 at 15 %.',
  points: LEVEL_ROWS.filter((r) => typeof r[4] === 'number').map((r) => ({
    label: String(r[0]),
    value: r[4] as number,
    low: r[5] as number,
    high: r[6] as number,
    weight: r[1] as number,
  })),
};

/** A report like `discount-impact` gives: eight levels, one of them hidden, `none` and `unknown`. Numbers are made up. */
export const SAMPLE: Report = {
  id: 'discount-impact',
  title: 'Discount impact',
  question: 'How does the discount relate to what an order is worth?',
  order: 'event-time',
  asOf: '2025-12-31T22:58:10.123Z',
  tables: [
    {
      name: 'levels',
      title: 'Order value by discount level',
      columns: LEVEL_COLUMNS,
      rows: LEVEL_ROWS,
      unit: 'patient',
    },
    {
      name: 'jumps',
      title: 'Jumps between neighbouring levels',
      unit: 'patient',
      columns: [
        { name: 'from_pct', label: 'From %', unit: 'percent-points', help: 'Lower level.', terminal: true },
        { name: 'to_pct', label: 'To %', unit: 'percent-points', help: 'Higher level.', terminal: true },
        { name: 'jump', label: 'Jump', unit: 'money', help: 'Difference of the averages.', terminal: true },
        {
          name: 'jump_rel',
          label: 'Relative jump',
          unit: 'share',
          help: 'Jump divided by the lower average.',
          terminal: true,
        },
        { name: 'p', label: 'p', unit: 'p', help: 'Two-sided, clustered by patient.', terminal: true },
        { name: 'first_order', label: 'First order', unit: 'timestamp', help: 'First order at the higher level.' },
        { name: 'since', label: 'Since', unit: 'date', help: 'First day of the higher level.', terminal: true },
        { name: 'example_id', label: 'Example', unit: 'id', help: 'An identifier that looks like a number.' },
        { name: 'remark', label: 'Remark', unit: 'text', help: 'Why the row stands out.', terminal: true },
      ],
      rows: [
        [0, 3, 0.92981028475, 0.01233, 0.78, '2024-02-29T12:00:00.500Z', '2024-02-29', '000123', '=1+1'],
        [
          3,
          5,
          4.02986736765,
          0.052787,
          0.031,
          '2024-03-01T00:00:00.000Z',
          '2024-03-01',
          '12345678901234567890',
          'Ärztin, "Nord"\nund 東京',
        ],
        [12.5, 15, -2.675, -0.0125, 0.00002, null, null, '1E5', ''],
      ],
    },
    {
      name: 'slopes',
      title: 'Is it the discount or the customers?',
      columns: [
        { name: 'row', label: 'Comparison', unit: 'text', help: 'Which deviations are compared.', terminal: true },
        {
          name: 'slope',
          label: 'Slope per point',
          unit: 'statistic',
          help: 'Net amount per percentage point.',
          terminal: true,
        },
        { name: 'p', label: 'p', unit: 'p', help: 'Two-sided.', terminal: true },
      ],
      rows: [
        ['naive', 1.2345678, 0.00001],
        ['within patient', -0.21, 0.44],
        ['within practitioner', 0.02, 0.91],
      ],
    },
  ],
  findings: [
    {
      id: 'relation',
      verdict: 'cannot-tell',
      direction: 'none',
      size: -0.21,
      low: -1.4,
      high: 0.98,
      unit: 'money',
      text: 'The average order is worth 75.41 without a discount and 94.85 at 15 %: 19.44 more.',
      about: { from: 0, to: 15 },
    },
  ],
  doubt: 'Within one patient the order value does not rise with the discount.',
  next: 'Look at the slopes.',
  summary: [
    'The average order is worth 75.41 without a discount and 94.85 at 15 %: 19.44 more.',
    'Within one patient the order value does not rise with the discount (-0.21 per percentage point): patients differ, not the discount.',
    'Of 4,735 counted orders 4,140 rest on the log (proven), 0 on an assumption, 540 on nothing (unknown).',
  ],
  caveat: 'These are observed differences, not effects.',
  banner: null,
  notes: [
    'Net amount is after discount, before tax and shipping. Counted orders have the status paid or shipped.',
    'One level is hidden (*) because fewer than 5 patients stand behind it; the totals include it.',
  ],
  charts: [SAMPLE_CHART],
  provenance: [
    {
      name: 'inputs',
      value: { 'orders.jsonl': 'sha256:0b1a9c8f7e6d5c4b3a29180706f5e4d3c2b1a0998877665544332211ffeeddcc' },
    },
    { name: 'order', value: 'event-time' },
    { name: 'as of', value: '2025-12-31T22:58:10.123Z' },
    { name: 'counted statuses', value: ['paid', 'shipped'] },
    { name: 'excluded orders', value: { pending: 12, cancelled: 31, refunded: 9 } },
    { name: 'hidden cells', value: 9 },
  ],
};

/** The same report without anything in it: no rows, no chart, no event. */
export const EMPTY: Report = {
  ...SAMPLE,
  asOf: null,
  tables: SAMPLE.tables.map((t) => ({ ...t, rows: [] })),
  findings: [],
  doubt: '',
  next: '',
  caveat: null,
  banner: null,
  summary: [],
  notes: [],
  charts: [{ ...SAMPLE_CHART, points: [] }],
  provenance: [],
};

/** Options of a plain run. */
export const PLAIN = { width: 80, colour: false, ascii: false, details: true } as const;
