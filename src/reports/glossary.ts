import type { Report } from './report.js';

/** A technical word, and what it means to somebody who took no course in statistics. */
export interface Term {
  readonly term: string;
  readonly meaning: string;
  /** How it is written in the texts of reports, where that is not the term itself. */
  readonly also?: readonly string[];
}

/** All of them, sorted. Reports name those that they use; docs/glossary.md lists where. */
export const GLOSSARY: readonly Term[] = [
  {
    term: 'adjusted residual',
    meaning:
      'How far a count lies from what was to be expected, in steps of its usual chance: beyond 2 or 3 it is rarely chance.',
    also: ['residual'],
  },
  { term: 'AOV', meaning: 'Average order value: net revenue divided by the number of orders.' },
  {
    term: 'AR(1)',
    meaning:
      'Neighbouring days go together: a good day is often followed by another one. Taken into account, so that a run of good days is not mistaken for a change.',
    also: ['ar1', 'first order', 'Prais-Winsten', 'phi'],
  },
  {
    term: 'Benjamini-Hochberg',
    meaning: 'A correction for looking at many pairs at once: of those that are named, few (5 of 100) are chance.',
    also: ['false discovery rate'],
  },
  {
    term: 'clustered',
    meaning:
      'Orders of one patient resemble each other; they are counted together, so that one busy patient does not pass for many.',
    also: ['cluster', 'clusters'],
  },
  { term: 'cohort', meaning: 'All who came first in the same month, followed over time.', also: ['cohorts'] },
  {
    term: 'competing risk',
    meaning:
      'Something that ends the waiting otherwise, such as a prescription that is withdrawn: it can no longer be filled.',
  },
  {
    term: 'confidence interval',
    meaning: 'The values that fit the data: in 95 of 100 such reports the true value lies inside.',
    also: ['interval', 'intervals'],
  },
  {
    term: 'empirical Bayes',
    meaning: 'Numbers of few orders are drawn towards the common average, by as much as chance makes them differ.',
    also: ['shrunk', 'shrunken', 'shrinkage'],
  },
  {
    term: 'Hausman',
    meaning:
      'A test whether two ways of comparing (all patients together, each with itself) differ by more than chance.',
  },
  {
    term: 'Herfindahl index',
    meaning: 'How much is in few hands: 1 where one has all, 0.1 where ten share alike.',
    also: ['Herfindahl'],
  },
  {
    term: 'Holm',
    meaning:
      'A correction for making several tests at once, so that a chance finding among them is no likelier than with one.',
  },
  {
    term: 'Hsu',
    meaning:
      'A comparison of every level with the best of the others that allows for the best having been picked after looking.',
  },
  {
    term: 'Kaplan-Meier',
    meaning: 'A share over time that uses everybody, also those who were followed only briefly.',
    also: ['KM rate', 'KM from', 'KM to'],
  },
  {
    term: 'Kruskal-Wallis',
    meaning: 'A test whether groups differ that looks at ranks, so that single large values do not decide.',
  },
  {
    term: 'left truncation',
    meaning:
      'The log begins in the middle: what happened before it is not seen, so the first order in it need not be the first.',
    also: ['The first purchase is the first in the log'],
  },
  {
    term: 'log scale',
    meaning:
      'Growth is measured in per cent, so that a rise from 100 to 110 counts as much as one from 1,000 to 1,100.',
  },
  { term: 'log-rank', meaning: 'A test whether groups wait equally long.' },
  {
    term: 'Mann-Kendall',
    meaning: 'A test of a steady rise or fall: it counts in how many pairs of periods the later one is higher.',
  },
  { term: 'median', meaning: 'The middle one: half are smaller, half are larger.' },
  {
    term: 'Newey-West',
    meaning: 'An error of a series in which neighbouring days go together; on short series it is too small.',
  },
  {
    term: 'p',
    meaning: 'How often chance alone would show so much, were there nothing: 0.03 is 3 of 100 times.',
    also: ['p Holm'],
  },
  { term: 'PDC', meaning: 'Proportion of days covered: days on which a patient had medicine, divided by all days.' },
  { term: 'placebo', meaning: 'The same test on a day on which nothing was changed: it should find nothing.' },
  { term: 'ruled out', meaning: 'So large an effect would not fit the data; a smaller one may still be there.' },
  {
    term: 'SE',
    meaning: 'Standard error: by how much a number would typically vary from one such data set to the next.',
    also: ['Standard error', 'Clustered errors', 'Errors'],
  },
  {
    term: 'seasons cannot be told apart',
    meaning: 'With less than a year of days, a yearly up and down looks like a rise, a fall or a change.',
    also: ['yearly wave', 'season'],
  },
  {
    term: 'suppressed',
    meaning:
      'Hidden, printed as a star, because so few patients stand behind the number that one of them might be recognised.',
    also: ['hidden (*)', 'Hidden'],
  },
  { term: 'Theil-Sen', meaning: 'A line through a series that single wild values do not bend.' },
  {
    term: 'Welch',
    meaning: 'A comparison of averages that does not take groups as equally scattered.',
    also: ['Welch ANOVA', 'Welch t'],
  },
  { term: 'Wilson', meaning: 'An interval for a share that is right for small numbers too.' },
];

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Is the term written in a text, as a word of its own? */
function isIn(text: string, { term, also = [] }: Term): boolean {
  return [term, ...also].some((word) => new RegExp(`(?<![\\w-])${literal(word)}(?![\\w-])`).test(text));
}

/** The technical words that a report uses, in its columns, notes, titles and sentences. */
export function termsOf({
  tables,
  charts,
  notes,
  summary,
}: Pick<Report, 'tables' | 'charts' | 'notes' | 'summary'>): readonly Term[] {
  const columns = tables.flatMap((table) => table.columns.flatMap(({ label, help }) => [label, help]));
  const titles = [...tables, ...charts].map(({ title }) => title);
  const text = [...columns, ...titles, ...notes, ...summary].join('\n');
  return GLOSSARY.filter((term) => isIn(text, term));
}
