import { beforeAll, describe, expect, test } from 'vitest';
import type { Decoder } from '#debrief/adapters/media/decoder.js';
import { openDecoder } from '#debrief/adapters/media/open-decoder.js';
import { type Clicks, findClicks, readSpeech, samplesOf } from './click-track.js';
import { formats } from './formats.js';
import { decodeInto, ENGINES, isWhole, useFolders } from './media-suite.js';

const CLOSE_SECONDS = 0.02;

/** How far each click is from where it was put; clicks that are missing or too many are told. */
function expectInTime(found: readonly (readonly number[])[], put: Clicks): void {
  const far = put.map((times, channel) =>
    times.map((at, i) => (found[channel]?.[i] ?? Number.NaN) - at).filter((off) => !(Math.abs(off) <= CLOSE_SECONDS)),
  );
  expect({ far, counts: found.map((times) => times.length) }).toEqual({
    far: put.map(() => []),
    counts: put.map((times) => times.length),
  });
}

const folders = useFolders();

describe.each(ENGINES)('on %s', (_, config) => {
  let decoder: Decoder;
  beforeAll(async () => {
    decoder = await openDecoder(config);
  });

  test.each(formats.filter(({ isSmall }) => isSmall || isWhole))('$name: every click is in time', async (format) => {
    const recording = await format.make(folders.fresh());
    const decoded = await decodeInto(decoder, folders.fresh(), recording);
    const channels = recording.clicks.length;
    expect(`${decoded.sources[0]!.container} ${decoded.sources[0]!.codec}`).toBe(format.finds);
    expect(decoded).toMatchObject({ channels, silentChannels: [] });
    expect(Math.abs(decoded.durationSeconds - recording.seconds)).toBeLessThan(0.15);
    expect(decoded.peaks).toHaveLength(channels * 2000);

    const speech = await Promise.all(decoded.speechPaths.map(readSpeech));
    expectInTime(
      speech.map((samples) => findClicks(samples, 16_000)),
      recording.clicks,
    );
    for (const samples of speech) expect(samples.length / 16_000).toBe(decoded.durationSeconds);

    const heard = await samplesOf(decoded.renditionPath, channels, 48_000);
    expectInTime(
      heard.map((samples) => findClicks(samples, 48_000)),
      recording.clicks,
    );

    const peakSeconds = decoded.durationSeconds / 2000;
    const drawn = recording.clicks.map((_, i) => Float32Array.from(decoded.peaks.subarray(i * 2000, (i + 1) * 2000)));
    expectInTime(
      drawn.map((peaks) => findClicks(peaks, 1 / peakSeconds)),
      recording.clicks,
    );
  });
});
