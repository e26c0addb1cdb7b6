#!/usr/bin/env bash
# Makes the pictures of the README from the real outputs on the bundled data: scripts/pictures.sh. Needs Chromium, LibreOffice Calc and
# poppler-utils, and a build. What it draws depends on their fonts, so no test compares the bytes.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
shot() { chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size="$2" --screenshot="$3" "file://$work/$1" >/dev/null 2>&1; }
node "$root/bin/pharmabi.js" report discount-impact --quiet --out impact.xlsx --out impact.html --out impact.txt
# The terminal: the text as it stands in 80 columns, down to the end of its first table.
node -e '
  const { readFileSync, writeFileSync } = require("node:fs");
  const text = readFileSync("impact.txt", "utf8").split("\n").slice(0, 45).join("\n");
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  writeFileSync("terminal.html", `<meta charset="utf-8"><body style="margin:0;background:#0d1117;color:#e6edf3"><pre style="font:14px/1.25 DejaVu Sans Mono,monospace;margin:14px 18px"><span style="color:#8b949e">$ pharmabi report discount-impact</span>\n${escaped}</pre>`);
'
shot terminal.html 730,850 terminal.png
shot impact.html 1100,1010 page.png
soffice -env:UserInstallation="file://$work/profile" --headless --convert-to pdf impact.xlsx >/dev/null 2>&1
pdftoppm -r 100 -png -f 1 -l 1 -x 25 -y 25 -W 1130 -H 560 impact.pdf workbook
mv workbook-*.png workbook.png
mkdir -p "$root/docs/pictures"
cp terminal.png workbook.png page.png "$root/docs/pictures/"
du -b "$root"/docs/pictures/*.png
