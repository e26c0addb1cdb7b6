/** The caveat of the reports on discounts. */
export const CAUSE =
  'These are observed differences, not effects of the discount: who is given which discount is no accident, and the slopes of discount-impact show how much of a difference is one between patients.';
