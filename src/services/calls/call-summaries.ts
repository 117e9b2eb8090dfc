import { EXTRACTIVE } from '../../adapters/summaries/extractive.js';
import type { SummaryDetails } from '../../contract/call-summaries.js';
import type { CallSummary } from '../../contract/v2.js';
import { atomic } from '../../db/atomic.js';
import { type CallRecord, findCallRecord, lockCall } from '../../db/call-records.js';
import { findSummary } from '../../db/call-summaries.js';
import type { Db, Tx } from '../../db/database.js';
import { selectSteps } from '../../db/processing-steps.js';
import { AppError } from '../../errors.js';
import { formatInstant } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import { askForSummaries } from '../analysis/summaries.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { noSuchCall, requireCall } from './seen-call.js';

/** The summary of a call that the actor sees, with its moments. Throws `not_found`. */
export async function readSummary({ db }: DbDeps, actor: Actor, callId: string): Promise<SummaryDetails> {
  await requireCall(db, actor, callId);
  const call = await findCallRecord(db, actor, callId);
  if (call === null) throw noSuchCall();
  return detailsOf(db, actor, call);
}

/**
 * Asks for a summary of a call that the actor sees, in place of the one that Debrief made. Throws `not_found`, and
 * `conflict` if the source of the call sent its summary, or there is nothing to summarise yet.
 */
export async function requestSummary({ db }: DbDeps, actor: Actor, callId: string): Promise<SummaryDetails> {
  return atomic(db, async (tx) => {
    await requireCall(tx, actor, callId);
    const call = await lockCall(tx, actor, callId);
    if (call === null) throw noSuchCall();
    if (call.callSummary !== null && (await findSummary(tx, actor, callId)) === null) {
      throw new AppError('conflict', 'The source of the call sent its summary. Set callSummary to null first.');
    }
    if (call.state !== 'COMPLETE' || call.transcriptFragmentId === null) {
      throw new AppError('conflict', `The call is ${call.state}: only a COMPLETE call can be summarised.`);
    }
    const before = await detailsOf(tx, actor, call);
    await askForSummaries(tx, actor, [callId]);
    const after = await detailsOf(tx, actor, call);
    const [stepBefore, stepAfter] = [{ step: before.step }, { step: after.step }];
    await recordChange(tx, actor, { kind: 'summaries', id: callId, callId, before: stepBefore, after: stepAfter });
    return after;
  });
}

type Items = Pick<SummaryDetails, 'summary' | 'nextSteps' | 'questionsAndAnswers'>;

async function detailsOf(db: Db | Tx, actor: Actor, { callId, callSummary }: CallRecord): Promise<SummaryDetails> {
  const made = await findSummary(db, actor, callId);
  const step = (await selectSteps(db, actor, callId)).find((each) => each.step === 'summarize');
  const given = made === null && callSummary !== null;
  return {
    origin: made ? (made.engine === EXTRACTIVE ? 'extractive' : 'model') : given ? 'given' : null,
    engine: made?.engine ?? null,
    madeAt: made ? formatInstant(made.madeAt) : null,
    ...(made ? (JSON.parse(made.cited) as Items) : itemsOf(callSummary)),
    step: step
      ? {
          state: step.state,
          attempts: step.attempts,
          reason: step.reason,
          finishedAt: step.finishedAt === null ? null : formatInstant(step.finishedAt),
        }
      : null,
  };
}

/** A given summary, whose items have no moments. */
function itemsOf(callSummary: string | null): Items {
  if (callSummary === null) return { summary: [], nextSteps: [], questionsAndAnswers: [] };
  const { summary, nextSteps, questionsAndAnswers } = JSON.parse(callSummary) as CallSummary;
  const cited = (text: string) => ({ text, seconds: null });
  return {
    summary: summary === null ? [] : [cited(summary)],
    nextSteps: nextSteps.map(cited),
    questionsAndAnswers: questionsAndAnswers.map(({ question, answer }) => ({
      question: cited(question),
      answer: cited(answer),
    })),
  };
}
