import type { DemoCall } from './calls.js';
import type { Company, Person } from './company.js';
import { createRandom, type Random } from './random.js';
import { ADVICE, DISPUTES, MEETING_NOTES, PRAISE, REPLIES, RESOLUTIONS } from './remarks.js';
import { afterOfficeHours, workdayAt } from './schedule.js';
import { DEMO_SCORECARDS, DEMO_SKILLS, type DemoQuestion, type DemoScorecard, type DemoSkill } from './scorecards.js';

// What Quayline's people do with their calls: scores, comments, shares, listens, plans with meetings, and KPIs. Times
// are milliseconds since the Unix epoch, places in a call are seconds. Keys are local: the caller assigns ids.

/** What coaching needs to know about a call. */
export interface CoachedCall {
  readonly externalId: string;
  readonly callerKey: string;
  readonly time: number;
  readonly durationSeconds: number;
  readonly kind: string;
  /** When the rep's questions end, and when prices are mentioned. */
  readonly questions: readonly number[];
  readonly prices: readonly number[];
}

interface DemoAnswer {
  readonly questionKey: string;
  /** In the scheme's numbers; null if it does not apply. */
  readonly answer: number | null;
  readonly comment: string | null;
  readonly moment: number | null;
}

/** A filled-in scorecard, with what became of it. */
export interface DemoResult {
  readonly key: string;
  readonly scorecardKey: string;
  readonly call: string;
  readonly reviewerKey: string;
  readonly repKey: string;
  readonly time: number;
  readonly answers: readonly DemoAnswer[];
  readonly course: 'draft' | 'submitted' | 'acknowledged' | 'disputed' | 'resolved';
  readonly dispute: string | null;
  readonly resolution: string | null;
}

/** A comment or highlight, or a reply to one. */
export interface DemoFeedback {
  readonly key: string;
  readonly call: string;
  readonly byKey: string;
  readonly time: number;
  readonly text: string;
  readonly start: number;
  /** Null for a comment. */
  readonly end: number | null;
  readonly replyTo: string | null;
}

/** A share of a call with colleagues or outsiders. */
export interface DemoShare {
  readonly key: string;
  readonly call: string;
  readonly byKey: string;
  readonly time: number;
  readonly recipientKeys: readonly string[];
  readonly emails: readonly string[];
}

/** A user's listening to a call, from its beginning. */
export interface DemoListen {
  readonly call: string;
  readonly listenerKey: string;
  readonly time: number;
  readonly seconds: number;
}

interface DemoMeeting {
  readonly scheduled: number;
  /** Null if it is in the future or was missed. */
  readonly held: { readonly start: number; readonly end: number } | null;
  readonly resultKeys: readonly string[];
  readonly scored: readonly { readonly question: string; readonly score: number; readonly weight: number }[];
  readonly comments: string | null;
}

/** A coaching plan with its meetings. */
export interface DemoPlan {
  readonly key: string;
  readonly coachKey: string;
  readonly recipientKey: string;
  readonly skills: readonly DemoSkill[];
  readonly start: number;
  readonly cadenceDays: number;
  readonly plannedMeetings: number;
  readonly completed: number | null;
  readonly meetings: readonly DemoMeeting[];
}

interface DemoKpi {
  readonly key: string;
  readonly description: string;
  readonly frequency: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'QUARTERLY';
  readonly target: number;
}

interface DemoObservation {
  readonly kpiKey: string;
  readonly observerKey: string;
  readonly observedKey: string;
  readonly time: number;
  readonly value: number;
}

/** All coaching of the demo company. */
export interface DemoCoaching {
  readonly results: readonly DemoResult[];
  readonly feedback: readonly DemoFeedback[];
  readonly shares: readonly DemoShare[];
  readonly listens: readonly DemoListen[];
  readonly plans: readonly DemoPlan[];
  readonly kpis: readonly DemoKpi[];
  readonly observations: readonly DemoObservation[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What coaching needs to know about a call; null for one without a transcript. */
export function coachedCall(call: DemoCall, company: Company): CoachedCall | null {
  if (call.transcript === null || call.duration === null) return null;
  const caller = company.people.find(({ email }) => email === call.callerEmail)!;
  const rep = call.participants.find(({ email }) => email === call.callerEmail)?.speakerNumber;
  const spoken = call.transcript.map(({ end, word, p, v }) => ({ end: Number(end), word, p, isRep: v === rep }));
  const [kind] = call.metadata.tags as readonly string[];
  return {
    externalId: call.externalId,
    callerKey: caller.key,
    time: Date.parse(call.callTime),
    durationSeconds: call.duration,
    kind: kind!,
    questions: spoken.filter(({ p, isRep }) => isRep && p === '?').map(({ end }) => end),
    prices: spoken
      .filter(({ word }) => /^(price|pricing|discount|budget|cost|costs)$/i.test(word))
      .map(({ end }) => end),
  };
}

/**
 * The coaching of a company's calls. It is the same for the same seed, calls and `now`. Only meetings are after `now`.
 */
export function demoCoaching(seed: string, company: Company, calls: readonly CoachedCall[], now: number): DemoCoaching {
  const people = new Map(company.people.map((person) => [person.key, person]));
  const managerOf = (person: Person) => {
    const { managerKey } = company.teams.find(({ key }) => key === person.teamKey)!;
    return managerKey === person.key ? null : managerKey;
  };
  const abilities = abilitiesOf(seed, company);
  const results: DemoResult[] = [];
  const feedback: DemoFeedback[] = [];
  const shares: DemoShare[] = [];
  const listens: DemoListen[] = [];
  const first = calls[0]?.time ?? now;
  for (const call of calls) {
    const random = createRandom(`${seed}/coaching/${call.externalId}`);
    const rep = people.get(call.callerKey)!;
    const managerKey = managerOf(rep);
    const after = (lowHours: number, highHours: number) =>
      afterOfficeHours(call.time + call.durationSeconds * 1000, random.between(lowHours, highHours));
    if (random.chance(0.3)) {
      const share = random.between(0.2, 0.8);
      const time = after(0.2, 8);
      if (time < now) listens.push(listen(call, rep.key, time, share));
    }
    if (managerKey === null || !random.chance(0.42)) continue;
    const time = after(0.5, 28);
    if (time > now - HOUR) continue;
    listens.push(listen(call, managerKey, time, random.between(0.35, 1)));
    const progress = (call.time - first) / (now - first || 1);
    if (random.chance(0.55)) {
      const scorecard = DEMO_SCORECARDS.find(({ kinds }) => kinds.includes(call.kind))!;
      results.push(review(random, call, rep, managerKey, scorecard, abilities.get(rep.key)!, progress, time, now));
    }
    feedback.push(...remarks(random, call, rep, managerKey, abilities.get(rep.key)!, progress, time, now));
    if (random.chance(0.14)) shares.push(share(random, call, company, rep, managerKey, time + 10 * MINUTE));
  }
  const plans = coachingPlans(seed, company, abilities, results, now);
  const kpis = [...KPIS];
  return { results, feedback, shares, listens, plans, kpis, observations: observe(seed, company, calls, now) };
}

type Abilities = Readonly<Record<DemoSkill, { readonly level: number; readonly growth: number }>>;

/** Each person's ability in each skill, from 0 to 1, and its gain until the end: a weak skill improves. */
function abilitiesOf(seed: string, company: Company): Map<string, Abilities> {
  return new Map(
    company.people.map((person) => {
      const random = createRandom(`${seed}/ability/${person.key}`);
      const talent = random.around(0.35, 0.85);
      const skills = (Object.keys(DEMO_SKILLS) as DemoSkill[]).map((skill) => {
        const level = Math.min(0.97, Math.max(0.1, talent + random.between(-0.25, 0.25)));
        return [skill, { level, growth: (1 - level) * random.between(0.05, 0.5) }] as const;
      });
      return [person.key, Object.fromEntries(skills) as unknown as Abilities];
    }),
  );
}

const TOP = { OneToFive: 5, OneToThree: 3, OneTwo: 2, YesNo: 1, PassFail: 1 } as const;

function grade(
  random: Random,
  scorecard: DemoScorecard,
  question: DemoQuestion,
  abilities: Abilities,
  progress: number,
) {
  if (question.autoFail) return random.chance(0.97) ? TOP[scorecard.scheme] : 0;
  if (!question.required && random.chance(0.06)) return null;
  const levels = question.skills.map((skill) => abilities[skill].level + abilities[skill].growth * progress);
  const level = levels.reduce((sum, one) => sum + one, 0) / levels.length;
  const value = Math.round((level + random.between(-0.22, 0.22)) * TOP[scorecard.scheme]);
  return Math.min(TOP[scorecard.scheme], Math.max(scorecard.scheme === 'YesNo' ? 0 : 1, value));
}

function review(
  random: Random,
  call: CoachedCall,
  rep: Person,
  reviewerKey: string,
  scorecard: DemoScorecard,
  abilities: Abilities,
  progress: number,
  time: number,
  now: number,
): DemoResult {
  const answers = scorecard.questions.map((question): DemoAnswer => {
    const answer = grade(random, scorecard, question, abilities, progress);
    const [skill] = question.skills;
    const isGood = answer !== null && answer * 2 > TOP[scorecard.scheme];
    const says = answer !== null && skill !== undefined && random.chance(0.28);
    const comment = says ? remark(random, isGood ? PRAISE[skill] : ADVICE[skill], rep) : null;
    const moment = comment === null ? null : momentOf(random, call, skill!);
    return { questionKey: question.key, answer, comment, moment };
  });
  const age = (now - time) / DAY;
  const chance = random.next();
  const course =
    age < 2
      ? chance < 0.3
        ? 'draft'
        : 'submitted'
      : chance < 0.55
        ? 'acknowledged'
        : chance < 0.63
          ? age > 6
            ? 'resolved'
            : 'disputed'
          : 'submitted';
  const disputed = course === 'disputed' || course === 'resolved';
  return {
    key: `result-${call.externalId}`,
    scorecardKey: scorecard.key,
    call: call.externalId,
    reviewerKey,
    repKey: rep.key,
    time: time + random.between(5, 25) * MINUTE,
    answers,
    course,
    dispute: disputed ? random.pick(DISPUTES) : null,
    resolution: course === 'resolved' ? random.pick(RESOLUTIONS) : null,
  };
}

/** A place in the call for a remark about this skill, to a tenth of a second. */
function momentOf(random: Random, call: CoachedCall, skill: DemoSkill): number {
  const places = skill === 'value' || skill === 'objections' ? call.prices : call.questions;
  const [from, to] = skill === 'opening' ? [0.01, 0.05] : skill === 'closing' ? [0.9, 0.97] : [0.1, 0.9];
  const inside = places.filter((at) => at >= from * call.durationSeconds && at <= to * call.durationSeconds);
  const at = inside.length > 0 ? random.pick(inside) : random.between(from, to) * call.durationSeconds;
  return Math.round(at * 10) / 10;
}

function remark(random: Random, remarks: readonly string[], rep: Person): string {
  return random.pick(remarks).replaceAll('{r}', rep.firstName);
}

function remarks(
  random: Random,
  call: CoachedCall,
  rep: Person,
  managerKey: string,
  abilities: Abilities,
  progress: number,
  time: number,
  now: number,
): DemoFeedback[] {
  const scorecard = DEMO_SCORECARDS.find(({ kinds }) => kinds.includes(call.kind))!;
  const skills = [...new Set(scorecard.questions.flatMap(({ skills }) => skills))];
  const list: DemoFeedback[] = [];
  for (let n = random.int(0, 3); n > 0; n--) {
    const skill = random.pick(skills);
    const isGood = random.chance(abilities[skill].level + abilities[skill].growth * progress);
    const start = momentOf(random, call, skill);
    const isHighlight = isGood && random.chance(0.35);
    const end = Math.min(call.durationSeconds, Math.round((start + random.between(8, 45)) * 10) / 10);
    const key = `feedback-${call.externalId}-${list.length}`;
    const text = remark(random, isGood ? PRAISE[skill] : ADVICE[skill], rep);
    const at = time + list.length * 4 * MINUTE;
    const one = { key, call: call.externalId, byKey: managerKey, time: at, text, start, replyTo: null };
    list.push({ ...one, end: isHighlight && end > start ? end : null });
    const replied = afterOfficeHours(at, random.between(0.2, 12));
    if (list.at(-1)!.end === null && random.chance(0.4) && replied < now) {
      const reply = { key: `${key}-reply`, byKey: rep.key, time: replied, text: random.pick(REPLIES) };
      list.push({ ...one, ...reply, end: null, replyTo: key });
    }
  }
  return list;
}

function listen(call: CoachedCall, listenerKey: string, time: number, share: number): DemoListen {
  return { call: call.externalId, listenerKey, time, seconds: Math.round(call.durationSeconds * share) };
}

function share(
  random: Random,
  call: CoachedCall,
  company: Company,
  rep: Person,
  byKey: string,
  time: number,
): DemoShare {
  const colleagues = company.people.filter(({ key, job }) => job === rep.job && key !== rep.key && key !== byKey);
  const recipientKeys = random
    .shuffled(colleagues)
    .slice(0, random.int(1, 3))
    .map(({ key }) => key);
  const emails = random.chance(0.2) ? [`enablement@${random.pick(['brightpath', 'northgate'])}.example`] : [];
  return { key: `share-${call.externalId}`, call: call.externalId, byKey, time, recipientKeys, emails };
}

const REVIEW_QUESTIONS = ['Came prepared', 'Tried what was agreed last time', 'Sees their own part in it'];

/** A plan for every second rep, for their two weakest skills, with its meetings. */
function coachingPlans(
  seed: string,
  company: Company,
  abilities: Map<string, Abilities>,
  results: readonly DemoResult[],
  now: number,
): DemoPlan[] {
  const reps = company.people.filter(({ role }) => role === 'rep');
  return reps.flatMap((rep, index) => {
    if (index % 2 === 1) return [];
    const random = createRandom(`${seed}/plan/${rep.key}`);
    const { managerKey: coachKey } = company.teams.find(({ key }) => key === rep.teamKey)!;
    const levels = abilities.get(rep.key)!;
    const own = results.filter(({ repKey, course }) => repKey === rep.key && course !== 'draft');
    const asked = new Set(own.flatMap(({ scorecardKey }) => skillsOf(scorecardKey)));
    const skills = [...asked].sort((a, b) => levels[a].level - levels[b].level).slice(0, 2);
    if (skills.length === 0) return [];
    const start = workdayAt(now - random.int(45, 85) * DAY, random.int(9, 16));
    const cadenceDays = random.pick([7, 14]);
    const plannedMeetings = Math.round(84 / cadenceDays);
    const meetings: DemoMeeting[] = [];
    let due = start + cadenceDays * DAY;
    for (; meetings.length < plannedMeetings && due < now + cadenceDays * DAY; due += cadenceDays * DAY) {
      meetings.push(meeting(random, due, own, now));
    }
    const isDone = random.chance(0.2) && meetings.every(({ scheduled }) => scheduled < now);
    const completed = isDone ? Math.min(now, meetings.at(-1)!.scheduled + 2 * HOUR) : null;
    return [
      {
        key: `plan-${rep.key}`,
        coachKey,
        recipientKey: rep.key,
        skills,
        start,
        cadenceDays,
        plannedMeetings,
        completed,
        meetings,
      },
    ];
  });
}

function skillsOf(scorecardKey: string): readonly DemoSkill[] {
  return DEMO_SCORECARDS.find(({ key }) => key === scorecardKey)!.questions.flatMap(({ skills }) => skills);
}

function meeting(random: Random, scheduled: number, own: readonly DemoResult[], now: number): DemoMeeting {
  const start = scheduled + random.between(-3, 9) * MINUTE;
  const end = start + random.between(18, 55) * MINUTE;
  if (end > now || random.chance(0.15)) {
    return { scheduled, held: null, resultKeys: [], scored: [], comments: null };
  }
  const before = own.filter(({ time }) => time < start && time > start - 30 * DAY);
  return {
    scheduled,
    held: { start, end },
    resultKeys: before.slice(-2).map(({ key }) => key),
    scored: REVIEW_QUESTIONS.map((question, index) => ({
      question,
      score: random.int(2, 5),
      weight: [40, 40, 20][index]!,
    })),
    comments: random.chance(0.7) ? random.pick(MEETING_NOTES) : null,
  };
}

const KPIS: readonly DemoKpi[] = [
  { key: 'conversations', description: 'Conversations of more than three minutes', frequency: 'WEEKLY', target: 5 },
  { key: 'minutes', description: 'Average minutes of a conversation', frequency: 'MONTHLY', target: 18 },
  { key: 'satisfaction', description: 'Customer satisfaction after a call, of 5', frequency: 'MONTHLY', target: 4.4 },
  { key: 'pipeline', description: 'Opportunities opened', frequency: 'QUARTERLY', target: 12 },
];

/** KPI figures of the past weeks and months. Those that can be counted from the calls are. */
function observe(seed: string, company: Company, calls: readonly CoachedCall[], now: number): DemoObservation[] {
  const operations = company.people.find(({ job }) => job === 'operations')!;
  const observations: DemoObservation[] = [];
  for (const rep of company.people.filter(({ role }) => role === 'rep')) {
    const random = createRandom(`${seed}/kpi/${rep.key}`);
    const own = calls.filter(({ callerKey }) => callerKey === rep.key);
    const add = (kpiKey: string, time: number, value: number) =>
      observations.push({ kpiKey, observerKey: operations.key, observedKey: rep.key, time, value });
    for (let week = 12; week >= 1; week--) {
      const [from, to] = [now - week * 7 * DAY, now - (week - 1) * 7 * DAY];
      const inWeek = own.filter(({ time, durationSeconds }) => time >= from && time < to && durationSeconds > 180);
      add('conversations', workdayAt(to, 17), inWeek.length);
    }
    for (let month = 3; month >= 1; month--) {
      const [from, to] = [now - month * 30 * DAY, now - (month - 1) * 30 * DAY];
      const inMonth = own.filter(({ time }) => time >= from && time < to);
      const seconds = inMonth.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
      if (inMonth.length > 0)
        add('minutes', workdayAt(to, 17), Math.round((seconds / inMonth.length / 60) * 100) / 100);
      add('satisfaction', workdayAt(to, 17), Math.round(random.around(3.2, 5) * 100) / 100);
    }
    if (rep.departmentKey === 'sales') add('pipeline', workdayAt(now - 2 * DAY, 16), random.int(3, 19));
  }
  return observations;
}
