import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDecoder } from '#debrief/adapters/media/open-decoder.js';
import { launchChromium } from '../support/chromium.js';
import { findClicks, readSpeech, samplesOf } from './click-track.js';
import { decodeInto, ENGINES, useFolders } from './media-suite.js';

// What a web page records: MediaRecorder writes as it goes, so its file states no length and has no index.

const CLOSE_SECONDS = 0.02;
/** When the page makes its clicks. Those of the right channel come between those of the left one. */
const CLICKS = [
  [0.5, 1.31, 2.77, 4.03],
  [0.75, 1.6, 3.1, 4.4],
];

const folders = useFolders();
let browser: Browser;
/** The file, and the clicks and the length that Chromium itself finds in it. */
let recorded: { readonly path: string; readonly clicks: number[][]; readonly seconds: number };

beforeAll(async () => {
  browser = await launchChromium();
  const page = await browser.newPage();
  const made = (await page.evaluate(`(${record})(${JSON.stringify(CLICKS)})`)) as Awaited<ReturnType<typeof record>>;
  const path = join(folders.fresh(), 'recording.webm');
  await writeFile(path, Buffer.from(made.base64, 'base64'));
  const clicks = made.channels.map((samples) => findClicks(Float32Array.from(samples), made.rate));
  recorded = { path, clicks, seconds: made.channels[0]!.length / made.rate };
});
afterAll(() => browser?.close());

/** Runs in the page: records clicks of an oscillator, and decodes the recording as Chromium does. */
async function record(clicks: number[][]) {
  const context = new AudioContext({ sampleRate: 48_000 });
  const merger = context.createChannelMerger(2);
  const target = context.createMediaStreamDestination();
  merger.connect(target);
  const recorder = new MediaRecorder(target.stream, { mimeType: 'audio/webm;codecs=opus' });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise((resolve) => {
    recorder.onstop = resolve;
  });
  await context.resume();
  // Without a source, nothing comes that it could begin with.
  const line = context.createConstantSource();
  line.offset.value = 0;
  line.connect(merger, 0, 0);
  line.start();
  recorder.start(1000);
  await new Promise((resolve) => {
    recorder.onstart = resolve;
  });
  const begun = context.currentTime + 0.1;
  clicks.forEach((times, channel) => {
    for (const at of times) {
      const tone = context.createOscillator();
      const gain = context.createGain();
      tone.frequency.value = 900;
      gain.gain.value = 0.6;
      tone.connect(gain).connect(merger, 0, channel);
      tone.start(begun + at);
      tone.stop(begun + at + 0.03);
    }
  });
  await new Promise((resolve) => setTimeout(resolve, 5_500));
  recorder.stop();
  await stopped;
  const bytes = await new Blob(parts).arrayBuffer();
  const base64 = btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''));
  const decoded = await context.decodeAudioData(bytes);
  return {
    base64,
    rate: decoded.sampleRate,
    channels: [0, 1].map((channel) => Array.from(decoded.getChannelData(channel))),
  };
}

/** How far each time is from where it should be; NaN for one that is missing. */
const far = (found: readonly (readonly number[])[], expected: readonly (readonly number[])[]) =>
  expected.map((times, channel) =>
    times.map((at, i) => (found[channel]?.[i] ?? Number.NaN) - at).filter((off) => !(Math.abs(off) <= CLOSE_SECONDS)),
  );

test('Chromium has recorded the clicks, as far apart as they were made', () => {
  const [left] = recorded.clicks;
  const first = left![0]! - CLICKS[0]![0]!;
  expect(recorded.clicks.map(({ length }) => length)).toEqual(CLICKS.map(({ length }) => length));
  expect(
    far(
      recorded.clicks.map((times) => times.map((at) => at - first)),
      CLICKS,
    ),
  ).toEqual([[], []]);
});

test.each(ENGINES)('a recording of MediaRecorder is decoded as Chromium hears it: %s', async (_, config) => {
  const decoder = await openDecoder(config);
  const decoded = await decodeInto(decoder, folders.fresh(), { legs: [{ path: recorded.path, startSeconds: 0 }] });
  expect(decoded).toMatchObject({ channels: 2, sampleRate: 48_000, silentChannels: [], notes: [] });
  expect(decoded.sources).toMatchObject([{ codec: 'opus', statedSeconds: null }]);
  expect(Math.abs(decoded.durationSeconds - recorded.seconds)).toBeLessThan(CLOSE_SECONDS);
  const speech = await Promise.all(decoded.speechPaths.map(readSpeech));
  const heard = await samplesOf(decoded.renditionPath, 2, 48_000);
  const off = {
    speech: far(
      speech.map((samples) => findClicks(samples, 16_000)),
      recorded.clicks,
    ),
    heard: far(
      heard.map((samples) => findClicks(samples, 48_000)),
      recorded.clicks,
    ),
  };
  expect(off).toEqual({ speech: [[], []], heard: [[], []] });
});
