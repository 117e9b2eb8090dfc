import { beforeAll, describe, expect, test } from 'vitest';
import { demoCalls } from './calls.js';
import { type CoachedCall, coachedCall, type DemoCoaching, demoCoaching } from './coaching.js';
import { demoCompany } from './company.js';
import { LOCAL_OFFSET } from './schedule.js';
import { DEMO_SCORECARDS, DEMO_SKILLS } from './scorecards.js';

// The coaching must be believable: all references exist, nobody acts before they could, and the figures agree.

const NOW = Date.parse('2026-11-23T12:00:00Z');
const company = demoCompany('test');
const people = new Map(company.people.map((person) => [person.key, person]));
const managerOf = new Map(company.teams.map(({ key, managerKey }) => [key, managerKey]));
let calls: CoachedCall[];
let coaching: DemoCoaching;

beforeAll(() => {
  const made = [...demoCalls({ seed: 'test', now: NOW, count: 150, days: 90, maxMinutes: 8 })];
  calls = made.map((call) => coachedCall(call, company)).filter((call) => call !== null);
  coaching = demoCoaching('test', company, calls, NOW);
});

const callOf = (externalId: string) => calls.find((call) => call.externalId === externalId)!;
const questionsOf = (scorecardKey: string) => DEMO_SCORECARDS.find(({ key }) => key === scorecardKey)!.questions;

test('the same seed gives the same, another one another', () => {
  expect(demoCoaching('test', company, calls, NOW)).toEqual(coaching);
  expect(demoCoaching('other', company, calls, NOW).results).not.toEqual(coaching.results);
});

test('there is enough of everything', () => {
  const { results, feedback, shares, listens, plans, observations } = coaching;
  expect(results.length).toBeGreaterThan(20);
  expect(feedback.filter(({ end }) => end !== null).length).toBeGreaterThan(5);
  expect(feedback.filter(({ replyTo }) => replyTo !== null).length).toBeGreaterThan(5);
  expect(shares.length).toBeGreaterThan(3);
  expect(listens.length).toBeGreaterThan(40);
  expect(plans.length).toBeGreaterThan(3);
  expect(plans.flatMap(({ meetings }) => meetings.filter(({ held }) => held)).length).toBeGreaterThan(10);
  expect(observations.length).toBeGreaterThan(150);
  const courses = new Set(results.map(({ course }) => course));
  for (const course of ['submitted', 'acknowledged', 'resolved'] as const) expect(courses).toContain(course);
});

describe('scores', () => {
  test('are given by the rep’s manager, after the call, on a scorecard for such a call', () => {
    for (const result of coaching.results) {
      const call = callOf(result.call);
      const rep = people.get(call.callerKey)!;
      expect(result.repKey).toBe(rep.key);
      expect(result.reviewerKey).toBe(managerOf.get(rep.teamKey));
      expect(result.time).toBeGreaterThan(call.time + call.durationSeconds * 1000);
      expect(result.time).toBeLessThan(NOW);
      expect(DEMO_SCORECARDS.find(({ key }) => key === result.scorecardKey)!.kinds).toContain(call.kind);
    }
  });

  test('answer each question, in its scheme, at a moment of the call', () => {
    const tops = { OneToFive: 5, OneToThree: 3, OneTwo: 2, YesNo: 1, PassFail: 1 };
    for (const { scorecardKey, answers, call } of coaching.results) {
      const { scheme } = DEMO_SCORECARDS.find(({ key }) => key === scorecardKey)!;
      const questions = questionsOf(scorecardKey);
      expect(answers.map(({ questionKey }) => questionKey)).toEqual(questions.map(({ key }) => key));
      for (const [index, { answer, comment, moment }] of answers.entries()) {
        if (answer === null) expect(questions[index]!.required).toBeUndefined();
        else expect(tops[scheme] - answer).toBeGreaterThanOrEqual(0);
        expect(comment === null).toBe(moment === null);
        if (moment !== null) expect(moment).toBeLessThanOrEqual(callOf(call).durationSeconds);
      }
    }
  });

  test('are disputed for a reason, and resolved with an answer', () => {
    for (const { course, dispute, resolution } of coaching.results) {
      expect(dispute !== null).toBe(course === 'disputed' || course === 'resolved');
      expect(resolution !== null).toBe(course === 'resolved');
    }
  });
});

test('remarks lie within their call; replies come after what they answer, from the rep', () => {
  const byKey = new Map(coaching.feedback.map((one) => [one.key, one]));
  expect(byKey.size).toBe(coaching.feedback.length);
  for (const { call, start, end, time, replyTo, byKey: author, text } of coaching.feedback) {
    const { durationSeconds, callerKey } = callOf(call);
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end ?? start).toBeLessThanOrEqual(durationSeconds);
    if (end !== null) expect(end).toBeGreaterThan(start);
    expect(text).not.toMatch(/[{}]/);
    expect(time).toBeLessThan(NOW + 3_600_000);
    if (replyTo === null) continue;
    expect(author).toBe(callerKey);
    expect(byKey.get(replyTo)!.time).toBeLessThan(time);
    expect(byKey.get(replyTo)!.end).toBeNull();
  }
});

test('nobody shares with themselves, or listens longer than the call', () => {
  for (const { byKey, recipientKeys, emails } of coaching.shares) {
    expect(recipientKeys).not.toContain(byKey);
    expect(recipientKeys.length + emails.length).toBeGreaterThan(0);
    for (const key of recipientKeys) expect(people.has(key)).toBe(true);
  }
  for (const { call, seconds, time } of coaching.listens) {
    expect(seconds).toBeLessThanOrEqual(callOf(call).durationSeconds);
    expect(time).toBeGreaterThan(callOf(call).time);
  }
});

test('plans are of a manager for a rep; their meetings review the rep’s own calls', () => {
  const results = new Map(coaching.results.map((result) => [result.key, result]));
  for (const { coachKey, recipientKey, skills, start, meetings, plannedMeetings, completed } of coaching.plans) {
    expect(managerOf.get(people.get(recipientKey)!.teamKey)).toBe(coachKey);
    for (const skill of skills) expect(DEMO_SKILLS[skill]).toBeDefined();
    expect(meetings.length).toBeLessThanOrEqual(plannedMeetings);
    for (const { scheduled, held, resultKeys, scored } of meetings) {
      expect(scheduled).toBeGreaterThan(start);
      if (held === null) continue;
      expect(held.start).toBeLessThan(held.end);
      expect(held.end).toBeLessThanOrEqual(completed ?? NOW);
      expect(scored.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
      for (const key of resultKeys) {
        expect(results.get(key)!.repKey).toBe(recipientKey);
        expect(results.get(key)!.time).toBeLessThan(held.start);
      }
    }
  }
});

test('people do all this while the office is open', () => {
  const times = [
    ...coaching.results.map(({ time }) => time),
    ...coaching.feedback.map(({ time }) => time),
    ...coaching.shares.map(({ time }) => time),
    ...coaching.listens.map(({ time }) => time),
    ...coaching.observations.map(({ time }) => time),
    ...coaching.plans.flatMap(({ start, meetings }) => [start, ...meetings.map(({ scheduled }) => scheduled)]),
  ];
  for (const time of times) {
    const local = new Date(time + LOCAL_OFFSET);
    expect(local.getUTCDay() % 6).toBeGreaterThan(0);
    expect(local.getUTCHours()).toBeGreaterThanOrEqual(8);
    expect(local.getUTCHours()).toBeLessThan(19);
  }
});

test('observed conversations are those that were had', () => {
  const weekly = coaching.observations.filter(({ kpiKey }) => kpiKey === 'conversations');
  const counted = weekly.reduce((sum, { value }) => sum + value, 0);
  const reps = new Set(company.people.filter(({ role }) => role === 'rep').map(({ key }) => key));
  const had = calls.filter(
    ({ callerKey, time, durationSeconds }) =>
      reps.has(callerKey) && durationSeconds > 180 && time >= NOW - 84 * 86_400_000 && time < NOW,
  );
  expect(counted).toBe(had.length);
});
