import { execFileSync } from 'node:child_process';
import { createReadStream, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDecoder } from '#debrief/adapters/media/open-decoder.js';
import { launchChromium } from '../support/chromium.js';
import { decodeInto, ENGINES, useFolders } from './media-suite.js';

/** A tone that rises steadily tells by its pitch where in the recording it is. */
const FIRST_HZ = 400;
const HZ_A_SECOND = 250;
const SECONDS = 10;
const SWEEP = `aevalsrc=0.5*sin(2*PI*(${FIRST_HZ}*t+${HZ_A_SECOND / 2}*t*t)):d=${SECONDS}`;
const CLOSE_SECONDS = 0.02;
const UNCLEAN_SECONDS = 0.15;
const SEEKS = 40;

const folders = useFolders();
let browser: Browser;
let server: Server;
let page: Page;
let playing = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url !== '/recording.m4a') return void response.setHeader('Content-Type', 'text/html').end(PAGE);
    const size = statSync(playing).size;
    const [, from, to] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
    const start = Number(from ?? 0);
    const end = to ? Number(to) : size - 1;
    response.writeHead(from === undefined ? 200 : 206, {
      'Content-Type': 'audio/mp4',
      'Accept-Ranges': 'bytes',
      'Content-Length': end - start + 1,
      ...(from === undefined ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` }),
    });
    createReadStream(playing, { start, end }).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await launchChromium();
  page = await browser.newPage();
});
afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

const RECORDINGS = [
  ['8 kHz', 'sweep.wav', ['-ar', '8000', '-ac', '1']],
  ['an MP3 file of variable rate', 'sweep.mp3', ['-ar', '44100', '-q:a', '7']],
  ['Opus of 48 kHz', 'sweep.opus', ['-ar', '48000', '-c:a', 'libopus']],
] as const;

test.each(RECORDINGS)(
  'a browser that seeks in the rendition of %s plays the sound of that time',
  async (_, name, args) => {
    for (const [, config] of ENGINES) {
      const path = join(folders.fresh(), name);
      execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', SWEEP, ...args, path]);
      const decoder = await openDecoder(config);
      const decoded = await decodeInto(decoder, folders.fresh(), { legs: [{ path, startSeconds: 0 }] });
      playing = decoded.renditionPath;
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const { rate, duration } = (await page.evaluate('opened()')) as { rate: number; duration: number };
      expect(Math.abs(duration - decoded.durationSeconds)).toBeLessThan(0.15);
      const far: { at: number; heard: number }[] = [];
      for (let i = 0; i < SEEKS; i++) {
        const at = Math.random() * (SECONDS - 1);
        const heard = timeOf((await page.evaluate(`listenAt(${at})`)) as number[], rate) - UNCLEAN_SECONDS;
        if (!(Math.abs(heard - at) <= CLOSE_SECONDS)) far.push({ at, heard });
      }
      expect(far, decoder.name).toEqual([]);
    }
  },
);

/** The time at which these samples of the sweep begin, by the pitch between their first and last rise through zero. */
function timeOf(samples: readonly number[], rate: number): number {
  const rises: number[] = [];
  for (let i = 1; i < samples.length; i++) {
    const [before, after] = [samples[i - 1]!, samples[i]!];
    if (before < 0 && after >= 0) rises.push((i - 1 + before / (before - after)) / rate);
  }
  const [first, last] = [rises[0]!, rises.at(-1)!];
  const pitch = (rises.length - 1) / (last - first);
  return (pitch - FIRST_HZ) / HZ_A_SECOND - (first + last) / 2;
}

/**
 * Plays the element itself, and records what comes out of it from the first sound after a seek. The first frame of AAC
 * after a seek lacks the one that it overlaps: up to 128 ms are there in time, but not clean enough to tell a pitch.
 */
const PAGE = `<!doctype html><audio src="/recording.m4a" preload="auto"></audio><script>
const audio = document.querySelector('audio');
let heard = null;
let context;
async function opened() {
  context = new AudioContext();
  const recorder = 'registerProcessor("recorder", class extends AudioWorkletProcessor {' +
    'process([[samples]]) { if (samples) this.port.postMessage(samples.slice()); return true; } })';
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([recorder], { type: 'text/javascript' })));
  const node = new AudioWorkletNode(context, 'recorder');
  node.port.onmessage = ({ data }) => { if (heard !== null) for (const each of data) heard.push(each); };
  context.createMediaElementSource(audio).connect(node).connect(context.destination);
  await context.resume();
  if (audio.readyState < 1) await new Promise((resolve) => audio.addEventListener('loadedmetadata', resolve));
  return { rate: context.sampleRate, duration: audio.duration };
}
async function listenAt(at) {
  const seeked = new Promise((resolve) => audio.addEventListener('seeked', resolve, { once: true }));
  audio.currentTime = at;
  await seeked;
  // What is still on its way from before is let go.
  await new Promise((resolve) => setTimeout(resolve, 150));
  heard = [];
  await audio.play();
  const wanted = context.sampleRate * 0.25;
  let from = -1;
  while (from < 0 || heard.length < from + wanted) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (from < 0) from = heard.findIndex((each) => Math.abs(each) > 0.001);
  }
  audio.pause();
  const samples = heard.slice(from + context.sampleRate * ${UNCLEAN_SECONDS}, from + wanted);
  heard = null;
  return samples;
}
</script>`;
