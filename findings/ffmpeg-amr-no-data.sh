#!/bin/sh
# FFmpeg 8.1 (node-av 6.1.1 of npm, Linux x64 only); Debian's 5.1.9 does it, too
#
# Phones that send nothing while nobody speaks write AMR frames of the type NO_DATA (15), a byte each. Every frame is 20 ms,
# whatever its type, so a decoder is expected to make 20 ms of silence or of noise of each. FFmpeg's refuses them as invalid
# data and makes no sound of them: the seconds that are left follow each other without the pauses. The timestamps of the
# frames that it does decode are right, so that `aresample=async=1` can fill the pauses again, save those at the end. The
# program `ffmpeg` also ends with status 69 once two thirds of the frames are like that.
#
# Seen: 100 frames of 20 ms (2.0 s), of which 50 are NO_DATA: 50 refused, 1.0 s of samples, the last one ends at 2.0 s
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts node-av@6.1.1 @seydx/node-av-linux-x64@6.1.1
cat >see.mjs <<'PROGRAM'
import { writeFileSync } from 'node:fs';
import { AVMEDIA_TYPE_AUDIO } from 'node-av/constants';
import { CodecContext, FormatContext, Frame, InputFormat, Log, Packet } from 'node-av/lib';

Log.setLevel(-8);
// Speech at 4.75 kbit/s is a type of 0 and 12 bytes. The last frame is speech.
const speech = Buffer.from([0x04, ...Array(12).fill(0x55)]);
const noData = Buffer.from([0x7c]);
const frames = Array.from({ length: 100 }, (_, i) => (i % 2 ? speech : noData));
writeFileSync('a.amr', Buffer.concat([Buffer.from('#!AMR\n'), ...frames]));

const file = new FormatContext();
file.openInputSync('a.amr', InputFormat.findInputFormat('amr'), null);
file.findStreamInfoSync(null);
const { decoder: codec, streamIndex } = file.findBestStream(AVMEDIA_TYPE_AUDIO, -1, -1, true);
const { codecpar, timeBase } = file.streams[streamIndex];
const decoder = new CodecContext();
decoder.allocContext3(codec);
decoder.parametersToContext(codecpar);
decoder.pktTimebase = timeBase;
decoder.open2Sync(codec);
const packet = new Packet();
const frame = new Frame();
packet.alloc();
frame.alloc();
let refused = 0;
let samples = 0;
let end = 0;
while (file.readFrameSync(packet) >= 0) {
  if (decoder.sendPacketSync(packet) < 0) refused++;
  while (decoder.receiveFrameSync(frame) >= 0) {
    samples += frame.nbSamples;
    end = (Number(frame.pts) * timeBase.num) / timeBase.den + frame.nbSamples / 8000;
    frame.unref();
  }
  packet.unref();
}
console.log(`${refused} refused, ${(samples / 8000).toFixed(1)} s of samples, the last one ends at ${end.toFixed(1)} s`);
PROGRAM
seen=$(node see.mjs)
echo "$seen"
[ "$seen" = '50 refused, 1.0 s of samples, the last one ends at 2.0 s' ]
