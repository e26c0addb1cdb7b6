#!/usr/bin/env bash
# Runs scripts/check-pages.js with tools that are no dependency of the project, in a folder that is removed: scripts/check-pages.sh [PICTURES]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
npm install --prefix "$tools" --silent --no-audit --no-fund playwright-core@1.49.1 axe-core@4.10.2
node "$root/scripts/check-pages.js" "$tools" "$browser" "$@"
