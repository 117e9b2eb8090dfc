#!/bin/sh
# graphile-worker 0.17.3, used as a library
#
# What a program does not say when it calls run(), runOnce() or makeWorkerUtils() is taken from its surroundings, not from
# fixed defaults: from the variable GRAPHILE_WORKER_SCHEMA, and, as the command-line tool does it, from a file named
# .graphile-workerrc (or a "graphile-worker" key of package.json) in the folder that the process was started in or above.
# Both are read when the module is loaded. A program that takes the variable out of its environment first thing in its main
# module is too late, since its imports were loaded before; its children, started with the clean environment, are not. Parent
# and children then have queues in two schemas, and jobs that the one adds wait for ever.
#
# Seen: nothing around:       graphile_worker 2000
#       variable, then taken: elsewhere 2000
#       file in the folder:   from_a_file 60000
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund graphile-worker@0.17.3
mkdir started-here
cat >see.mjs <<'PROGRAM'
import { WorkerPreset } from 'graphile-worker';
delete process.env.GRAPHILE_WORKER_SCHEMA;
const { schema, pollInterval } = WorkerPreset.worker;
console.log(`${schema} ${pollInterval}`);
PROGRAM
unset GRAPHILE_WORKER_SCHEMA || true
plain=$(node see.mjs)
variable=$(GRAPHILE_WORKER_SCHEMA=elsewhere node see.mjs)
echo '{"schema": "from_a_file", "pollInterval": 60000}' >started-here/.graphile-workerrc
file=$(cd started-here && node ../see.mjs)
printf 'nothing around:       %s\nvariable, then taken: %s\nfile in the folder:   %s\n' "$plain" "$variable" "$file"
[ "$plain" = 'graphile_worker 2000' ] && [ "$variable" = 'elsewhere 2000' ] && [ "$file" = 'from_a_file 60000' ]
