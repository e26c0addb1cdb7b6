// Which tests run when (CONTRIBUTING.md, "Three loops"). What is in neither list is what a change of one room needs, and runs with
// `npm run test:quick`: a new test file is quick unless it is named here. `node scripts/slowest-tests.js` says what a file costs.

/** Tests that find more in `../shared`: there they run once more, and whole, in `.ci/run`. `test/architecture` keeps the list true. */
export const BESIDE: readonly string[] = [
  'test/changelog/captures.test.ts',
  'test/changelog/invariance.test.ts',
  'test/changelog/scanned.test.ts',
  'test/golden/**/*.test.ts',
  'test/input/avro/values.test.ts',
  'test/input/parquet.test.ts',
  'test/ksql/corpus.test.ts',
  'test/oracle/**/*.test.ts',
  'test/privacy/forms.test.ts',
  'test/sql/function-vectors.test.ts',
];

/** Tests over the whole bundled shop, in every form of output, or of the built program: minutes, not seconds. */
export const WHOLE: readonly string[] = [
  'test/architecture/report-docs.test.ts',
  'test/changelog/widths.test.ts',
  'test/cli/cache.test.ts',
  'test/cli/commands.test.ts',
  'test/cli/config.test.ts',
  'test/cli/database.test.ts',
  'test/cli/diff.test.ts',
  'test/cli/init.test.ts',
  'test/cli/own-report.test.ts',
  'test/cli/process.test.ts',
  'test/cli/quarantine.test.ts',
  'test/fuzz/fuzz.test.ts',
  'test/input/avro/export.test.ts',
  'test/input/dumps.test.ts',
  'test/input/inspect.test.ts',
  'test/input/json-forms.test.ts',
  'test/input/spreadsheets.test.ts',
  'test/output/same-numbers.test.ts',
  'test/output/schema.test.ts',
  'test/output/typed-files.test.ts',
  'test/privacy/leaks.test.ts',
  'test/privacy/outputs.test.ts',
  'test/reports/adherence.test.ts',
  'test/reports/discount-history.test.ts',
  'test/reports/disclosure/disclosure.test.ts',
  'test/reports/every-report.test.ts',
  'test/reports/item-performance.test.ts',
  'test/reports/own/patients.test.ts',
  'test/reports/planted/planted.test.ts',
  'test/reports/sales-trend.test.ts',
  'test/scanner/scanner.test.ts',
];
