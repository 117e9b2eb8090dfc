import { systemClock } from '../../clock.js';
import type { Db } from '../../db/database.js';
import type { Actor } from '../../services/actor.js';
import { createKpi } from '../../services/coaching/kpis.js';
import { createMeeting } from '../../services/coaching/meetings.js';
import { createObservation } from '../../services/coaching/observations.js';
import { createPlan } from '../../services/coaching/plans.js';
import { createFeedback } from '../../services/feedback/feedback.js';
import { dayAt, importListen } from '../../services/feedback/listens.js';
import { createShare } from '../../services/feedback/shares.js';
import { acknowledgeResult, disputeResult, resolveResult } from '../../services/scorecards/result-moves.js';
import { createResult } from '../../services/scorecards/results.js';
import { createScorecard } from '../../services/scorecards/scorecards.js';
import { createSkill } from '../../services/scorecards/skills.js';
import type { DemoCoaching, DemoFeedback, DemoListen, DemoPlan, DemoResult, DemoShare } from '../coaching.js';
import { DEMO_SCORECARDS, DEMO_SKILLS } from '../scorecards.js';

interface Target {
  readonly db: Db;
  readonly actor: Actor;
  /** The id of something by its key. */
  readonly idOf: (key: string) => string;
  /** Whether a call is still there: some have been deleted since. */
  readonly isThere: (externalId: string) => boolean;
}

const instant = (time: number) => new Date(time).toISOString();

/** The numbers of the demo's skills, by their keys. */
type SkillNumbers = ReadonlyMap<string, number>;

/** Makes the skills and scorecards that the demo company works with. */
export async function giveScorecards({ db, actor, idOf }: Omit<Target, 'isThere'>): Promise<SkillNumbers> {
  const skills = new Map<string, number>();
  for (const [key, name] of Object.entries(DEMO_SKILLS)) {
    skills.set(key, (await createSkill({ db }, actor, { name })).id);
  }
  for (const { key, name, scheme, questions } of DEMO_SCORECARDS) {
    await createScorecard({ db }, actor, {
      id: idOf(key),
      name,
      scheme,
      questions: questions.map((question) => ({
        questionId: idOf(question.key),
        text: question.text,
        section: question.section,
        weight: question.weight,
        skills: question.skills.map((skill) => skills.get(skill)),
        autoFail: question.autoFail ?? false,
        required: question.required ?? false,
      })),
    });
  }
  return skills;
}

/** Gives what people did with the demo company's calls, as history that is brought in. */
export async function giveCoaching(target: Target, skills: SkillNumbers, coaching: DemoCoaching): Promise<void> {
  const there = <T extends { readonly call: string }>(list: readonly T[]) =>
    list.filter(({ call }) => target.isThere(call));
  for (const result of there(coaching.results)) await giveResult(target, result);
  for (const feedback of there(coaching.feedback)) await giveFeedback(target, feedback);
  for (const share of there(coaching.shares)) await giveShare(target, share);
  for (const listen of there(coaching.listens)) await giveListen(target, listen);
  const results = new Map(there(coaching.results).map((result) => [result.key, result]));
  for (const plan of coaching.plans) await givePlan(target, skills, plan, results);
  await giveKpis(target, coaching);
}

async function giveResult({ db, actor, idOf }: Target, result: DemoResult): Promise<void> {
  const id = idOf(result.key);
  const isDraft = result.course === 'draft';
  await createResult({ db }, actor, {
    id,
    callId: idOf(result.call),
    scorecardId: idOf(result.scorecardKey),
    state: isDraft ? 'DRAFT' : 'SUBMITTED',
    reviewerId: idOf(result.reviewerKey),
    ...(!isDraft && { scoreTime: instant(result.time) }),
    answers: result.answers.map(({ questionKey, ...answer }) => ({ questionId: idOf(questionKey), ...answer })),
  });
  const rep = idOf(result.repKey);
  if (result.course === 'acknowledged') await acknowledgeResult({ db }, actor, id, { acknowledgedBy: rep });
  if (result.dispute !== null) await disputeResult({ db }, actor, id, { reason: result.dispute, disputedBy: rep });
  if (result.resolution !== null) {
    await resolveResult({ db }, actor, id, { resolution: result.resolution, resolvedBy: idOf(result.reviewerKey) });
  }
}

async function giveFeedback({ db, actor, idOf }: Target, feedback: DemoFeedback): Promise<void> {
  await createFeedback({ db, clock: systemClock }, actor, {
    id: idOf(feedback.key),
    callId: idOf(feedback.call),
    feedbackBy: idOf(feedback.byKey),
    feedbackAt: instant(feedback.time),
    text: feedback.text,
    startTime: feedback.start,
    endTime: feedback.end,
    replyTo: feedback.replyTo === null ? null : idOf(feedback.replyTo),
  });
}

async function giveShare({ db, actor, idOf }: Target, share: DemoShare): Promise<void> {
  await createShare({ db, clock: systemClock }, actor, {
    id: idOf(share.key),
    callId: idOf(share.call),
    sharedBy: idOf(share.byKey),
    sharedAt: instant(share.time),
    recipientUserIds: share.recipientKeys.map(idOf),
    recipientEmails: [...share.emails],
  });
}

async function giveListen({ db, actor, idOf }: Target, listen: DemoListen): Promise<void> {
  const date = dayAt(listen.time, actor.timeZone);
  const timeListened = listen.seconds;
  await importListen({ db }, actor, {
    callId: idOf(listen.call),
    listener: idOf(listen.listenerKey),
    date,
    timeListened,
  });
}

async function givePlan(
  { db, actor, idOf }: Target,
  skills: SkillNumbers,
  plan: DemoPlan,
  results: ReadonlyMap<string, DemoResult>,
): Promise<void> {
  const names = plan.skills.map((skill) => DEMO_SKILLS[skill]);
  const { id: planId } = await createPlan({ db, clock: systemClock }, actor, {
    name: names.join(', '),
    objective: `Get better at: ${names.join(', ')}`,
    coachId: idOf(plan.coachKey),
    recipientId: idOf(plan.recipientKey),
    startDate: instant(plan.start),
    cadenceDays: plan.cadenceDays,
    plannedMeetings: plan.plannedMeetings,
    completedAt: plan.completed === null ? null : instant(plan.completed),
    skills: plan.skills.map((skill) => skills.get(skill)),
  });
  for (const { scheduled, held, resultKeys, scored, comments } of plan.meetings) {
    await createMeeting({ db, clock: systemClock }, actor, {
      planId,
      dateTime: instant(scheduled),
      ...(held && { startTime: instant(held.start), endTime: instant(held.end) }),
      callReviews: resultKeys
        .flatMap((key) => results.get(key) ?? [])
        .map((result) => ({ callId: idOf(result.call), resultIds: [idOf(result.key)] })),
      questions: scored.map(({ question, score, weight }) => {
        const asked = { question, kind: 'scored', possibleScore: 5 };
        return { ...asked, actualScore: score, reviewWeight: weight };
      }),
      comments,
    });
  }
}

async function giveKpis({ db, actor, idOf }: Target, { kpis, observations }: DemoCoaching): Promise<void> {
  const numbers = new Map<string, number>();
  for (const { key, ...kpi } of kpis) numbers.set(key, (await createKpi({ db }, actor, kpi)).id);
  for (const { kpiKey, observerKey, observedKey, time, value } of observations) {
    await createObservation({ db }, actor, {
      kpiId: numbers.get(kpiKey),
      observerId: idOf(observerKey),
      observedId: idOf(observedKey),
      observedAt: instant(time),
      value,
    });
  }
}
