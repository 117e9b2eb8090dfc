#!/bin/sh
# node-webvtt 1.9.4, @plussub/srt-vtt-parser 2.0.5
#
# A valid WebVTT file (https://www.w3.org/TR/webvtt1/) may have a cue whose name begins with NOTE, settings behind the
# end time, and a cue without text. Both readers take the cue with the name for a comment and drop it without a word.
# node-webvtt drops the empty cue too. The other reads settings as a part of the end time (4 s become 240 s), and takes
# the cue behind the empty one for that one's text.
#
# Seen: {"node-webvtt":[["3","4","With settings"],["6","7","Last"]],
#        "@plussub/srt-vtt-parser":[[3000,240000,"With settings"],[5000,5500,"\n00:06.000 --> 00:07.000\nLast"]]}
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts node-webvtt@1.9.4 @plussub/srt-vtt-parser@2.0.5
cat >see.mjs <<'PROGRAM'
import { parse } from '@plussub/srt-vtt-parser';
import webvtt from 'node-webvtt';

const named = 'NOTE Taker\n00:01.000 --> 00:02.000\nNamed\n\n';
const settings = '00:03.000 --> 00:04.000 line:0 position:20%\nWith settings\n\n';
const empty = '00:05.000 --> 00:05.500\n\n';
const last = '00:06.000 --> 00:07.000\nLast\n';
const file = `WEBVTT\n\n${named}${settings}${empty}${last}`;

const seen = JSON.stringify({
  'node-webvtt': webvtt.parse(file).cues.map(({ start, end, text }) => [`${start}`, `${end}`, text]),
  '@plussub/srt-vtt-parser': parse(file).entries.map(({ from, to, text }) => [from, to, text]),
});
console.log(seen);
const known = JSON.stringify({
  'node-webvtt': [
    ['3', '4', 'With settings'],
    ['6', '7', 'Last'],
  ],
  '@plussub/srt-vtt-parser': [
    [3000, 240000, 'With settings'],
    [5000, 5500, '\n00:06.000 --> 00:07.000\nLast'],
  ],
});
process.exitCode = seen === known ? 0 : 1;
PROGRAM
node see.mjs
