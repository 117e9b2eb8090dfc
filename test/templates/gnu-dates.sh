#!/usr/bin/env bash
# Writes gnu-dates.tsv: what GNU date shows around changes of the clock, of years and of days, as values to hold ours against.
set -eu
cd "$(dirname "$0")"
FORMAT='%Y %C %y %G %g %m %B %b %h %d %e %j|%H %I %k %l %M %S %p %P|%A %a %u %w|%V %U %W|%s %z %:z %::z %:::z'
FORMAT+='|%D %F %T %R %r|%c|%x %X|%-d %-m %-I %_m %^a %^B %#p %03d %10A %-j %_H %5Y|%%|%Ey %Od'
{
  printf 'zone\tinstant\t%s\n' "$FORMAT"
  while read -r zone instant; do
    printf '%s\t%s\t%s\n' "$zone" "$instant" "$(LC_ALL=C TZ=$zone date -d "$instant" "+$FORMAT")"
  done << 'MOMENTS'
America/New_York 2026-03-08T06:59:59Z
America/New_York 2026-03-08T07:00:00Z
America/New_York 2026-11-01T05:30:00Z
America/New_York 2026-11-01T06:30:00Z
America/New_York 2027-01-01T04:59:59Z
America/St_Johns 2026-01-01T03:29:59Z
Asia/Kolkata 2026-03-08T18:29:59Z
Asia/Kolkata 2026-12-31T18:30:00Z
Pacific/Apia 2011-12-30T09:59:59Z
Pacific/Apia 2011-12-30T10:00:00Z
Australia/Lord_Howe 2026-04-04T14:59:59Z
Australia/Lord_Howe 2026-04-04T15:00:00Z
Europe/Berlin 2026-03-29T00:59:59Z
Europe/Berlin 2026-03-29T01:00:00Z
Europe/Berlin 2026-10-25T00:30:00Z
Europe/Berlin 2026-10-25T01:30:00Z
UTC 2021-01-03T12:00:00Z
UTC 2024-02-29T00:05:09Z
UTC 2024-12-30T13:00:00Z
MOMENTS
} > gnu-dates.tsv
