#!/bin/sh
# FFmpeg 8.1 (node-av 6.1.1 of npm, Linux x64 only); Debian's 5.1.9 does it, too
#
# The filter `pan` takes input channels by name (`LFE`) or by number (`c2`). A WAV file of three channels that does not name
# them is taken as 2.1: left, right, bass. `pan=3.0|c0=c0|c1=c1|c2=c2` only names its channels anew, and is expected to leave
# their sound as it is. The third one comes out silent, without a word: where every channel is taken whole, `pan` uses a
# quicker way, and this drops the bass. With 0.999 of it, it is there, and so it is with `channelmap=0|1|2:3.0`.
#
# Seen (loudest samples):  as it is                                16384 16384 16384
#                          pan=3.0|c0=c0|c1=c1|c2=c2               16384 16384 0
#                          pan=3.0|c0=c0|c1=c1|c2=0.999*c2         16384 16384 16368
#                          channelmap=0|1|2:3.0                    16384 16384 16384
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts node-av@6.1.1 @seydx/node-av-linux-x64@6.1.1
cat >see.mjs <<'PROGRAM'
import { FilterGraph, Frame, Log } from 'node-av/lib';

Log.setLevel(8);
const check = (code) => {
  if (code < 0) throw new Error(`FFmpeg's error ${code}`);
};
const tone = '0.5*sin(2000*t)';
const graph = new FilterGraph();
graph.alloc();
check(
  graph.parsePtr(
    `aevalsrc=${tone}|${tone}|${tone}:channel_layout=2.1:duration=1:sample_rate=8000,` +
      `aformat=sample_fmts=s16,${process.argv[2]},aformat=sample_fmts=s16p,abuffersink@out`,
  ),
);
check(graph.configSync());
const sink = graph.getFilter('abuffersink@out');
const frame = new Frame();
frame.alloc();
const loudest = [0, 0, 0];
while (sink.buffersinkGetFrameSync(frame) >= 0) {
  for (const [channel, bytes] of frame.data.entries()) {
    for (let i = 0; i < frame.nbSamples; i++) {
      loudest[channel] = Math.max(loudest[channel], Math.abs(bytes.readInt16LE(i * 2)));
    }
  }
  frame.unref();
}
console.log(loudest.join(' '));
PROGRAM
whole=$(node see.mjs 'pan=3.0|c0=c0|c1=c1|c2=c2')
nearly=$(node see.mjs 'pan=3.0|c0=c0|c1=c1|c2=0.999*c2')
mapped=$(node see.mjs 'channelmap=0|1|2:3.0')
printf 'as it is: %s\npan, whole: %s\npan, nearly whole: %s\nchannelmap: %s\n' "$(node see.mjs anull)" "$whole" "$nearly" "$mapped"
[ "$whole" = '16384 16384 0' ] && [ "$nearly" = '16384 16384 16368' ] && [ "$mapped" = '16384 16384 16384' ]
