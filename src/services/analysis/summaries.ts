import type { Summarizer, SummaryRequest } from '../../adapters/summaries/summarizer.js';
import { type SpokenSentence, spokenSentences } from '../../analysis/sentences.js';
import type { CitedSummary } from '../../analysis/summary.js';
import type { CallSpeaker } from '../../contract/v1-answers.js';
import { findAccount } from '../../db/accounts.js';
import { type CallRecord, findCallRecord, lockCall, writeCall } from '../../db/call-records.js';
import { findSummary, removeSummary, writeSummary } from '../../db/call-summaries.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { askForStep, beginStep, endStep } from '../../db/processing-steps.js';
import { stampCalls } from '../../db/stamps.js';
import { findOrigin } from '../../db/transcript-origins.js';
import { AppError } from '../../errors.js';
import { enqueueAll, type JobKinds } from '../../queue/jobs.js';
import { readHeard } from './speakers.js';

/** Dependencies of making summaries. */
export interface SummaryDeps {
  readonly db: Db;
  /** Null if calls are not summarised. */
  readonly summarizer: Summarizer | null;
}

/** How often a summary is begun, if its engine is not there: over six hours. */
const MAX_ATTEMPTS = 10;
const [FIRST_WAIT_SECONDS, MAX_WAIT_SECONDS] = [30, 3600];

const NO_ENGINE = 'SUMMARY is none: calls are not summarised';
const TOO_LITTLE = 'the call has too few sentences to summarise';
const GIVEN = 'the source of the call sent its summary';
const NO_TRANSCRIPT = 'the call has no analysed transcript';

/** Asks for summaries of calls, in place of those that they have. */
export async function askForSummaries(tx: Tx, scope: Scope, callIds: readonly string[]): Promise<void> {
  await askForStep(tx, scope, callIds, 'summarize');
  await enqueueAll(
    tx,
    'summarize',
    callIds.map((callId) => ({ accountId: scope.accountId, callId })),
  );
}

/**
 * Summarises a call for which that is asked. If its content changes meanwhile, it starts again. What fails is tried
 * again later, and set aside after ten tries, with the reason.
 */
export async function summarizeCall(
  { db, summarizer }: SummaryDeps,
  { accountId, callId }: JobKinds['summarize'],
  signal: AbortSignal,
): Promise<void> {
  const scope: Scope = { accountId };
  const attempts = await beginStep(db, scope, callId, 'summarize', summarizer?.name ?? 'none');
  // The call was deleted, or another job has done it.
  if (attempts === null) return;
  if (summarizer === null) return endStep(db, scope, callId, 'summarize', 'skipped', { reason: NO_ENGINE });
  try {
    while (!(await summarizeContent(db, summarizer, scope, callId, signal)));
  } catch (error) {
    if (signal.aborted) {
      await endStep(db, scope, callId, 'summarize', 'waiting', { counts: false });
      throw error;
    }
    await putOff(db, scope, callId, attempts, error);
  }
}

/** Tries again later what may pass then; anything else has failed. */
async function putOff(db: Db, scope: Scope, callId: string, attempts: number, error: unknown): Promise<void> {
  const isDamaged = error instanceof RangeError || error instanceof TypeError;
  if (!(error instanceof AppError) && !isDamaged) throw error;
  const { message: reason } = error;
  const mayPass = error instanceof AppError && error.code === 'unavailable' && attempts < MAX_ATTEMPTS;
  await db.transaction().execute(async (tx) => {
    await endStep(tx, scope, callId, 'summarize', mayPass ? 'waiting' : 'failed', { reason });
    if (!mayPass) return;
    const wait = Math.min(FIRST_WAIT_SECONDS * 2 ** (attempts - 1), MAX_WAIT_SECONDS);
    const inSeconds = Math.max(wait, error.retryAfterSeconds ?? 0);
    await enqueueAll(tx, 'summarize', [{ ...scope, callId, attempt: attempts + 1 }], inSeconds);
  });
}

/** Returns false if the call's content changed meanwhile. */
async function summarizeContent(
  db: Db,
  summarizer: Summarizer,
  scope: Scope,
  callId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const read = await findCallRecord(db, scope, callId);
  if (!read) return true;
  const heard = read.state === 'COMPLETE' ? await readHeard(db, scope, callId) : null;
  if (heard === null || heard.form === null) {
    await endStep(db, scope, callId, 'summarize', 'skipped', { reason: NO_TRANSCRIPT });
    return true;
  }
  if (await isGiven(db, scope, read)) {
    await endStep(db, scope, callId, 'summarize', 'skipped', { reason: GIVEN });
    return true;
  }
  const request = await requestOf(db, scope, callId, spokenSentences(heard.form), heard.speakers, signal);
  const cited = await summarizer.summarize(request);
  return db.transaction().execute((tx) => commit(tx, scope, read, summarizer.name, cited));
}

async function isGiven(db: Db | Tx, scope: Scope, { callId, callSummary }: CallRecord): Promise<boolean> {
  return callSummary !== null && (await findSummary(db, scope, callId)) === null;
}

async function requestOf(
  db: Db,
  scope: Scope,
  callId: string,
  sentences: readonly SpokenSentence[],
  speakers: readonly CallSpeaker[],
  signal: AbortSignal,
): Promise<SummaryRequest> {
  const origin = await findOrigin(db, scope, callId);
  const language = origin?.language ?? (await findAccount(db, scope))?.language ?? 'en';
  const names = speakers.flatMap(({ speakerNumber, firstName, lastName }): [number, string][] => {
    const name = `${firstName ?? ''} ${lastName ?? ''}`.trim();
    return name === '' ? [] : [[speakerNumber, name]];
  });
  const internal = speakers.filter(({ speakerType }) => speakerType === 'INTERNAL');
  return {
    sentences,
    speakerNames: new Map(names),
    internalSpeakers: new Set(internal.map(({ speakerNumber }) => speakerNumber)),
    // `en-US` is English.
    language: language.split('-')[0]!.toLowerCase(),
    signal,
  };
}

/** Stores a summary, or that there is too little for one. Returns false if the call's content changed meanwhile. */
async function commit(
  tx: Tx,
  scope: Scope,
  read: CallRecord,
  engine: string,
  cited: CitedSummary | null,
): Promise<boolean> {
  const { callId, contentVersion } = read;
  const call = await lockCall(tx, scope, callId);
  if (!call) return true;
  if (call.contentVersion !== contentVersion) return false;
  if (await isGiven(tx, scope, call)) {
    await endStep(tx, scope, callId, 'summarize', 'skipped', { reason: GIVEN });
    return true;
  }
  const callSummary = cited === null ? null : wireSummary(cited);
  if (cited === null) {
    await removeSummary(tx, scope, callId);
    await endStep(tx, scope, callId, 'summarize', 'skipped', { reason: TOO_LITTLE });
  } else {
    await writeSummary(tx, scope, callId, { engine, contentVersion, cited: JSON.stringify(cited) });
    await endStep(tx, scope, callId, 'summarize', 'done');
  }
  if (callSummary !== call.callSummary) {
    await writeCall(tx, scope, callId, { callSummary });
    await stampCalls(tx, scope, [callId]);
  }
  return true;
}

/** The JSON of a summary as v2 shows it: without moments. */
function wireSummary({ summary, nextSteps, questionsAndAnswers }: CitedSummary): string {
  return JSON.stringify({
    nextSteps: nextSteps.map(({ text }) => text),
    questionsAndAnswers: questionsAndAnswers.map(({ question, answer }) => ({
      question: question.text,
      answer: answer.text,
    })),
    summary: summary.map(({ text }) => text).join(' '),
  });
}
