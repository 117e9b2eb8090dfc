#!/bin/sh
# pg 8.23.1 (node-postgres), with pg-connection-string 2.14.1
#
# A client is given a connection string, and beside it `options`, the settings that its session is to begin with. Where the
# connection string has options of its own, those given beside it are not added but lost, all of them, without a word: a
# program that sets its time zone that way runs in the server's as soon as somebody adds `?options=-c%20search_path%3Dx` to
# the URL. The same holds for every other field, since what the string says is assigned over the rest.
#
# Seen: beside only: -c timezone=UTC
#       both:        -c search_path=x
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund pg@8.23.1
cat >see.mjs <<'PROGRAM'
import pg from 'pg';
const optionsOf = (connectionString) =>
  new pg.Client({ connectionString, options: '-c timezone=UTC' }).connectionParameters.options;
const plain = optionsOf('postgres://u@localhost/d');
const both = optionsOf('postgres://u@localhost/d?options=-c%20search_path%3Dx');
console.log(`beside only: ${plain}\nboth:        ${both}`);
process.exit(plain === '-c timezone=UTC' && both === '-c search_path=x' ? 0 : 1);
PROGRAM
node see.mjs
