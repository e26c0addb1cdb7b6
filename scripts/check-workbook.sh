#!/usr/bin/env bash
# Opens workbooks of reports on the bundled data with another program: scripts/check-workbook.sh openpyxl|libreoffice
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
node "$root/bin/pharmabi.js" report discount-impact --out report.xlsx --out report.json --quiet
case "$1" in
  openpyxl)
    node "$root/scripts/write-outputs.js" all xlsx json
    python3 - <<'PYTHON'
import glob, json, os, openpyxl
try:
    from python_calamine import CalamineWorkbook
except ImportError:
    CalamineWorkbook = None
cells = 0
for path in sorted(glob.glob('all/*.xlsx')):
    name = os.path.basename(path)
    book = openpyxl.load_workbook(path)
    report = json.load(open(path[:-5] + '.json', encoding='utf-8'))
    native = sum(chart['kind'] != 'heat' for chart in report['charts'])
    charts = {sheet.title: len(sheet._charts) for sheet in book}
    assert charts['Charts'] == native and charts['Summary'] == (0 if name == 'all.xlsx' else min(1, native)), (name, charts)
    shaded = len(book['Charts'].conditional_formatting)
    assert shaded == len(report['charts']) - native, (name, 'heat maps', shaded)
    data = [sheet for sheet in book if sheet.title not in ('Summary', 'Charts', 'Notes', 'Provenance', 'Glossary')]
    assert len(data) == len(report['tables']), (name, [sheet.title for sheet in data])
    for sheet, (table, rows) in zip(data, report['tables'].items()):
        columns = report['columns'][table]
        where = (name, sheet.title)
        assert sheet.freeze_panes == 'A2' and not sheet.merged_cells.ranges, where
        assert len(sheet.tables) == (1 if rows else 0) or not rows, where
        assert sheet.max_row == len(rows) + 1, (where, sheet.max_row, len(rows))
        for row, want in zip(sheet.iter_rows(min_row=2), rows):
            for cell, column in zip(row, columns):
                value = want[column['name']]
                cells += 1
                assert cell.data_type != 'f', (where, cell.coordinate, 'a formula')
                if value is None: assert cell.value is None, (where, cell.coordinate, cell.value)
                elif value == '*': assert cell.value == '*', (where, cell.coordinate)
                elif isinstance(value, bool): assert cell.value is value, (where, cell.coordinate)
                elif isinstance(value, (int, float)): assert cell.data_type == 'n' and cell.value == value, (where, cell.coordinate, cell.value, value)
                elif column['unit'] in ('date', 'timestamp'): assert cell.is_date and cell.value.strftime('%Y-%m-%d') == value[:10], (where, cell.coordinate, cell.value)
                else: assert cell.data_type in ('s', 'inlineStr', 'n') and (cell.value or '') == value.replace('\r\n', '\n') or '\r' in value, (where, cell.coordinate, cell.value, value)
    if CalamineWorkbook is not None:
        other = CalamineWorkbook.from_path(path)
        assert other.sheet_names == book.sheetnames, name
        for sheet in data: assert len(other.get_sheet_by_name(sheet.title).to_python()) == sheet.max_row, (name, sheet.title)
print('openpyxl%s: %d workbooks, %d cells of data' % ('' if CalamineWorkbook is None else ' and calamine', len(glob.glob('all/*.xlsx')), cells))
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
