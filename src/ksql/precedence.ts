/** How tightly operators bind, loosest first; the parser and the printer share it. */
export const PRECEDENCE = {
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  concat: 5,
  sum: 6,
  product: 7,
  unary: 8,
  postfix: 9,
} as const;
