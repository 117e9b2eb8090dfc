// A recording becomes a COMPLETE call: decoded by ffmpeg, heard by a program as the speech engine, analysed.

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { until } from '../support/service.js';
import { openSuite } from '../support/suite.js';
import { type Tone, toneWav } from '../support/wav.js';

const { service, account, client } = await openSuite();

const DIALOGUE: readonly Tone[] = [
  { channel: 0, start: 0.5, end: 1.1, pitch: 400 },
  { channel: 0, start: 1.5, end: 2.1, pitch: 600 },
  { channel: 1, start: 2.5, end: 3.3, pitch: 800 },
  { channel: 0, start: 4, end: 4.5, pitch: 400 },
];

interface Step {
  step: string;
  state: string;
  attempts: number;
  reason: string | null;
  progress: number;
}

const stepsOf = async (id: string): Promise<Step[]> =>
  (await client.get(`/api/v1/calls/${id}/processing`)).json().steps;
const callOf = async (id: string) => (await client.get(`/api/v1/calls/${id}`)).json();

async function sendRecording(wav: Uint8Array, more: Record<string, string> = {}): Promise<string> {
  const query = new URLSearchParams({
    callTime: '2026-03-01T14:30:00Z',
    direction: 'INBOUND',
    externalId: randomUUID(),
    ...more,
  });
  const made = await client.send('POST', `/api/v1/recordings?${query}`, wav, { 'content-type': 'audio/wav' });
  expect(made.status).toBe(201);
  expect(made.json().state).toBe('TRANSCRIBING');
  return made.json().id;
}

const ended = (id: string) =>
  until(async () => ['COMPLETE', 'ERROR'].includes((await callOf(id)).state), {
    seconds: 50,
    left: () => stepsOf(id),
  });

test('a transcript that comes while its recording is recognized stays', async () => {
  const id = await sendRecording(toneWav(DIALOGUE, { seconds: 6 }));
  const vtt = 'WEBVTT\n\n00:01.000 --> 00:02.000\nGood morning\n';
  expect(
    (await client.send('POST', `/api/v1/calls/${id}/transcript`, vtt, { 'content-type': 'text/vtt' })).status,
  ).toBe(200);
  const transcribing = async () => (await stepsOf(id)).find(({ step }) => step === 'transcribe');
  await until(async () => ['done', 'skipped'].includes((await transcribing())!.state), { seconds: 50 });
  await ended(id);
  expect((await callOf(id)).transcript.map(({ word }: { word: string }) => word)).toEqual(['Good', 'morning']);
  expect(await transcribing()).toMatchObject({ state: 'skipped', reason: 'The call got a transcript, which stays.' });
});

describe('a recording of two channels', () => {
  test('becomes a call with words, speakers, talk times and topics', async () => {
    const callerId = await account.addUser(`${randomUUID()}@example.com`);
    await client.send('POST', '/api/v1/topics', { name: `tones ${randomUUID()}`, words: ['tone600', 'tone800'] });
    const id = await sendRecording(toneWav(DIALOGUE, { seconds: 6 }), { callerId, ours: 'left' });
    await ended(id);
    const call = await callOf(id);
    expect(call).toMatchObject({ state: 'COMPLETE', errorReason: null, callerId });
    expect(call.transcript.map(({ word, v }: { word: string; v: number }) => [word, v])).toEqual([
      ['tone400', 0],
      ['tone600', 0],
      ['tone800', 1],
      ['tone400', 0],
    ]);
    for (const [index, { start, end }] of DIALOGUE.entries()) {
      expect(Number(call.transcript[index].start)).toBeCloseTo(start, 1);
      expect(Number(call.transcript[index].end)).toBeCloseTo(end, 1);
    }
    expect(call.duration).toBeCloseTo(6, 1);
    expect(call.participants).toMatchObject([
      { speakerNumber: 0, userId: callerId },
      { speakerNumber: 1, userId: null, type: 'EXTERNAL' },
    ]);
    expect(call.stats).toMatchObject({ internalTalkTime: 2, externalTalkTime: 1 });
    const { rendition } = (await client.get(`/api/v1/calls/${id}/recording`)).json();
    expect(rendition).toMatchObject({ channels: 2, silentChannels: [] });
    const steps = await stepsOf(id);
    expect(steps.filter(({ step }) => step !== 'summarize')).toMatchObject([
      { step: 'decode', state: 'done', attempts: 1, progress: 1 },
      { step: 'transcribe', state: 'done', attempts: 1, progress: 1 },
      { step: 'analyze', state: 'done' },
    ]);
  });

  test('goes by the account’s own channel unless its sender says', async () => {
    await client.send('PATCH', '/api/v1/account', { recordings: { ours: 'right', names: ['Debrief'] } });
    const id = await sendRecording(toneWav([...DIALOGUE, { channel: 0, start: 5, end: 5.5 }], { seconds: 6 }));
    await ended(id);
    expect((await callOf(id)).participants).toMatchObject([
      { speakerNumber: 0, type: 'EXTERNAL' },
      { speakerNumber: 1, type: 'INTERNAL' },
    ]);
    await client.send('PATCH', '/api/v1/account', { recordings: { ours: null } });
  });

  test('has one speaker where one channel is silent', async () => {
    const tones = DIALOGUE.filter(({ channel }) => channel === 0);
    const id = await sendRecording(toneWav(tones, { seconds: 6 }));
    await ended(id);
    const call = await callOf(id);
    expect(new Set(call.transcript.map(({ v }: { v: number }) => v))).toEqual(new Set([0]));
    const { rendition } = (await client.get(`/api/v1/calls/${id}/recording`)).json();
    expect(rendition.silentChannels).toEqual([1]);
  });
});

describe('a recording that cannot be used', () => {
  test.each([
    ['zero bytes', new Uint8Array(0)],
    ['text', new TextEncoder().encode('This is a text, and no recording at all.\n'.repeat(50))],
    ['silence', toneWav([], { seconds: 3 })],
  ])('of %s ends as an ERROR with a reason, once, and keeps its file', async (_, bytes) => {
    const id = await sendRecording(bytes);
    await ended(id);
    const { state, errorReason } = await callOf(id);
    expect(state).toBe('ERROR');
    expect(errorReason).toMatch(/\w+ \w+ \w+/);
    expect((await stepsOf(id))[0]).toMatchObject({ step: 'decode', state: 'failed', attempts: 1, reason: errorReason });
    expect((await client.get(`/api/v1/calls/${id}/recording`)).json().legs[0].isKept).toBe(true);
  });

  test('is tried again on request, and another file in its place is used', async () => {
    const id = await sendRecording(new TextEncoder().encode(`no recording ${randomUUID()}`));
    await ended(id);
    const retried = await client.send('POST', `/api/v1/calls/${id}/processing/retry`);
    expect([retried.status, retried.json().state]).toEqual([200, 'TRANSCRIBING']);
    await ended(id);
    const wav = toneWav(DIALOGUE, { seconds: 5 });
    const path = `/api/v1/calls/${id}/recording?replace=true`;
    const replaced = await client.send('POST', path, wav, { 'content-type': 'audio/wav' });
    expect([replaced.status, replaced.json().state]).toEqual([201, 'TRANSCRIBING']);
    await until(async () => (await callOf(id)).state === 'COMPLETE');
    expect((await callOf(id)).transcript).toHaveLength(4);
  });
});

describe('what was recognized', () => {
  test('is used again: another try costs no second recognition', async () => {
    const id = await sendRecording(toneWav(DIALOGUE, { seconds: 5.5 }));
    await ended(id);
    const made = async () => {
      const { rows } = await service.pool.query(
        'select made_at from recognitions where account_id = $1 and call_id = $2',
        [account.accountId, id],
      );
      return rows[0].made_at as unknown;
    };
    const before = await made();
    await service.pool.query(
      `update processing_steps set state = 'failed' where account_id = $1 and call_id = $2 and step = 'transcribe'`,
      [account.accountId, id],
    );
    await client.send('POST', `/api/v1/calls/${id}/processing/retry`);
    await until(async () => (await stepsOf(id))[1]!.state === 'done');
    expect(await made()).toEqual(before);
  });

  test('replaces a transcript only where that is asked for', async () => {
    const transcript = [{ start: '0.1', end: '0.4', word: 'hello', v: 0 }];
    const id = await client.upsertCall({ callTime: '2026-03-01T14:30:00Z', direction: 'INBOUND', transcript });
    const path = `/api/v1/calls/${id}/recording`;
    const wav = toneWav(DIALOGUE, { seconds: 7 });
    await client.send('POST', path, wav, { 'content-type': 'audio/wav' });
    await until(async () => (await stepsOf(id))[0]!.state === 'done');
    expect((await callOf(id)).transcript).toHaveLength(1);
    await client.send('POST', `${path}?transcribe=true`, wav, { 'content-type': 'audio/wav' });
    await until(async () => (await callOf(id)).transcript.length === 4);
  });

  test('keeps what a person said of a speaker', async () => {
    const id = await sendRecording(toneWav(DIALOGUE, { seconds: 7.5 }), { ours: 'left' });
    await ended(id);
    const userId = await account.addUser(`${randomUUID()}@example.com`);
    await client.send('PATCH', `/api/v1/calls/${id}/speakers/1`, { userId });
    const path = `/api/v1/calls/${id}/recording?transcribe=true&ours=left`;
    await client.send('POST', path, toneWav(DIALOGUE, { seconds: 7.5 }), { 'content-type': 'audio/wav' });
    await until(async () => (await stepsOf(id))[1]!.state === 'done');
    const { items } = (await client.get(`/api/v1/calls/${id}/speakers`)).json();
    expect(items[1]).toMatchObject({ userId, speakerType: 'INTERNAL' });
  });
});

test('deleting a call removes its recording from the store', async () => {
  const id = await sendRecording(toneWav(DIALOGUE, { seconds: 8 }));
  await ended(id);
  await client.send('DELETE', `/api/v1/calls/${id}`);
  await until(async () => {
    const { rows } = await service.pool.query(
      'select count(*)::int as count from stored_objects where account_id = $1 and call_id = $2',
      [account.accountId, id],
    );
    return rows[0].count === 0;
  });
  expect((await client.get(`/api/v1/calls/${id}/recording`)).status).toBe(404);
});
