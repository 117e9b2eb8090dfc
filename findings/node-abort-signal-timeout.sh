#!/bin/sh
# Node 20.20.2
#
# AbortSignal.timeout() refuses a fraction of a millisecond with a RangeError, in the call itself. The DOM standard gives
# the parameter as `[EnforceRange] unsigned long long`, by which Web IDL drops the fraction and refuses only what is out of
# range; Node's own setTimeout() takes it. So a time limit worked out from a length, such as four times 23.62 seconds,
# works for round lengths and throws for others.
#
# Seen: setTimeout(1.5): fires
#       AbortSignal.timeout(2): aborts
#       AbortSignal.timeout(1.5): RangeError ERR_OUT_OF_RANGE
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund node@20.20.2
cat >see.mjs <<'PROGRAM'
await new Promise((resolve) => setTimeout(resolve, 1.5));
console.log('setTimeout(1.5): fires');
const whole = AbortSignal.timeout(2);
await new Promise((resolve) => setTimeout(resolve, 100));
console.log(`AbortSignal.timeout(2): ${whole.aborted ? 'aborts' : 'does not abort'}`);
let problem = null;
try {
  AbortSignal.timeout(1.5);
} catch (error) {
  problem = `${error.name} ${error.code}`;
}
console.log(`AbortSignal.timeout(1.5): ${problem ?? 'is taken'}`);
process.exit(whole.aborted && problem === 'RangeError ERR_OUT_OF_RANGE' ? 0 : 1);
PROGRAM
npx --no-install node see.mjs
