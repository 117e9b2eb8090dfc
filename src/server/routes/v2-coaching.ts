import { v2Routes } from '../../contract/routes.js';
import { meetingsAfter, meetingsFeed } from '../../db/meetings.js';
import { observationsAfter, observationsFeed } from '../../db/observations.js';
import { plansAfter, plansFeed } from '../../db/plans.js';
import { POSSIBLE_SCORE, skillScores } from '../../rules/skill-scores.js';
import { readKpi } from '../../services/coaching/kpis.js';
import { missedMeetings } from '../../services/coaching/plan-schedule.js';
import { meetingJson, observationJson, planJson } from '../../wire/coaching-json.js';
import { jsonArray } from '../../wire/json.js';
import { pathId, type Register } from '../context.js';
import { readFeedPage } from '../feed-page.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Plans, meetings and KPIs in API v2 (api-v2 §4). */
export function registerV2Coaching(register: Register): void {
  register(v2Routes.plans, async (context) => {
    const { deps, caller, reply } = context;
    const plans = await readFeedPage(
      context,
      plansFeed,
      (after, limit) => plansAfter(deps.db, caller, after, limit),
      ({ planId, modified, startAt }) => ({ id: planId, stamp: modified, times: [startAt] }),
    );
    const { timeZone } = caller;
    const now = deps.clock.now();
    const entries = plans.map((plan) => planJson(plan, missedMeetings(plan, now, timeZone), timeZone));
    return reply.type(JSON_TYPE).send(jsonArray(entries));
  });
  register(v2Routes.meetings, async (context) => {
    const { deps, caller, reply } = context;
    const meetings = await readFeedPage(
      context,
      meetingsFeed,
      (after, limit) => meetingsAfter(deps.db, caller, after, limit),
      ({ meetingId, modified, scheduledAt, startedAt, endedAt }) => ({
        id: meetingId,
        stamp: modified,
        times: [scheduledAt, startedAt, endedAt],
      }),
    );
    const entries = meetings.map((meeting) => {
      const scores = { skills: skillScores(meeting.callReviews), possible: POSSIBLE_SCORE };
      return meetingJson(meeting, scores, caller.timeZone);
    });
    return reply.type(JSON_TYPE).send(jsonArray(entries));
  });
  register(v2Routes.kpis, async (context) => {
    const { deps, caller, reply } = context;
    const observations = await readFeedPage(
      context,
      observationsFeed,
      (after, limit) => observationsAfter(deps.db, caller, after, limit),
      ({ observationId, modified, observedAt }) => ({ id: observationId, stamp: modified, times: [observedAt] }),
    );
    return reply.type(JSON_TYPE).send(jsonArray(observations.map(observationJson)));
  });
  register(v2Routes.kpi, async ({ deps, caller, request }) => {
    const { id, description, frequency, target } = await readKpi(deps, caller, pathId(request));
    return { kpiId: id, description, frequency, target };
  });
}
