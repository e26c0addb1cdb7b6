/** What a row of the report is, and where its lines say so. */
export interface Grain {
  /** The report, on the command line and in messages. */
  readonly report: string;
  readonly title: string;
  /** In sentences: `brand`, `products`. */
  readonly one: string;
  readonly many: string;
  /** Columns of ORDER_LINES. */
  readonly id: string;
  readonly name: string;
}

/** Rows are brands, as of each order. */
export const BRAND: Grain = {
  report: 'brand-performance',
  title: 'Brand performance',
  one: 'brand',
  many: 'brands',
  id: 'BRAND_ID',
  name: 'BRAND',
};

/** Rows are products. */
export const PRODUCT: Grain = {
  report: 'product-performance',
  title: 'Product performance',
  one: 'product',
  many: 'products',
  id: 'PRODUCT_ID',
  name: 'PRODUCT',
};
