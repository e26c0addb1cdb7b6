#!/usr/bin/env bash
# What the README says first, where nothing helps: `npm ci && npm test` in a clone of HEAD with nothing beside it. The same run measures what of
# each room of src the tests reach, and fails where a room has fallen below its floor.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet --no-hardlinks . "$work/pharmabi"
cd "$work/pharmabi"
npm ci --no-audit --no-fund --prefer-offline
npm test -- --coverage
node scripts/coverage-by-room.js
[ -z "$(git status --porcelain)" ] || { echo 'the tests have left something in the checkout:'; git status --short; exit 1; }
