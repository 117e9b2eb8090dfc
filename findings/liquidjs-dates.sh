#!/usr/bin/env bash
# liquidjs 10.30.1: the `date` filter goes by the machine's zone and language even where a zone is given.
# - The hour around the *machine's* own change of the clock is written wrong: it moves the time and then reads it
#   through the machine's clocks, which skip an hour.
# - A date without a time of day is taken for midnight in UTC, and shows the day before in America.
# - `%c` follows the machine's language; `%F`, `%T` and `%V` stay as they are written.
#
# Seen with TZ=America/New_York: a moment that is 02:30 in Kolkata on 2026-03-08 is written as 03:30:
#   zone given, New York:  2026-03-08 03:30
#   zone given, UTC:       2026-03-08 02:30
#   date alone:            2026-03-07
#   %F %T %V:              %F %T %V
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y > /dev/null; npm install --no-audit --no-fund --silent liquidjs@10.30.1
cat > see.mjs << 'JS'
import { Liquid } from 'liquidjs';
const liquid = new Liquid();
const show = (source) => liquid.parseAndRenderSync(source);
console.log(show('{{ "2026-03-07T21:00:00Z" | date: "%Y-%m-%d %H:%M", "Asia/Kolkata" }}'));
console.log(show('{{ "2026-03-08" | date: "%Y-%m-%d" }}'));
console.log(show('{{ "2026-03-08T12:00:00Z" | date: "%F %T %V" }}'));
JS
york=$(TZ=America/New_York node see.mjs); utc=$(TZ=UTC node see.mjs)
printf 'TZ=America/New_York:\n%s\nTZ=UTC:\n%s\n' "$york" "$utc"
[ "$york" = $'2026-03-08 03:30\n2026-03-07\n%F %T %V' ] && [ "$utc" = $'2026-03-08 02:30\n2026-03-08\n%F %T %V' ]
