#!/usr/bin/env bash
# Opens the workbook of the report on the bundled data with another program: scripts/check-workbook.sh openpyxl|libreoffice
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
node "$root/bin/pharmabi.js" report discount-impact --out report.xlsx --out report.json --quiet
case "$1" in
  openpyxl)
    python3 - <<'PYTHON'
import json, openpyxl
book = openpyxl.load_workbook('report.xlsx')
levels = json.load(open('report.json', encoding='utf-8'))['tables']['levels']
cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
numbers = [value for value in cells if isinstance(value, (int, float)) and not isinstance(value, bool)]
charts = sum(len(sheet._charts) for sheet in book)
for level in levels:
    if level['orders'] != '*':
        assert level['orders'] in numbers, 'orders of a level are not a number cell: %r' % level['orders']
        assert any(abs(value - float(level['net_revenue'])) < 0.005 for value in numbers), 'net revenue is not a number cell'
assert charts >= 1, 'no native chart'
print('openpyxl: %d sheets (%s), %d cells, %d charts' % (len(book.sheetnames), ', '.join(book.sheetnames), len(cells), charts))
PYTHON
    ;;
  libreoffice)
    soffice -env:UserInstallation="file://$work/profile" --headless --convert-to csv:"Text - txt - csv (StarCalc)":44,34,76,1,,0,false,true,false,false,false,-1 report.xlsx >/dev/null 2>&1
    ls ./*.csv >/dev/null
    # What LibreOffice shows for the levels must hold every level's number of orders.
    node -e '
      const { readFileSync, readdirSync } = require("node:fs");
      const text = readdirSync(".").filter((name) => name.endsWith(".csv")).map((name) => readFileSync(name, "utf8")).join("\n");
      const { levels } = JSON.parse(readFileSync("report.json", "utf8")).tables;
      const missing = levels.filter((level) => level.orders !== "*" && !new RegExp(`(^|[^0-9])${level.orders}([^0-9]|$)`, "m").test(text));
      if (levels.length === 0 || missing.length > 0) { console.error(`LibreOffice does not show ${JSON.stringify(missing)}`); process.exit(1); }
      if (/#(REF|NAME|VALUE|DIV)/.test(text)) { console.error("LibreOffice shows an error in a cell"); process.exit(1); }
      console.log(`LibreOffice: ${text.split("\n").length} lines, every level there`);
    '
    ;;
  *)
    echo "usage: $0 openpyxl|libreoffice" >&2
    exit 2
    ;;
esac
