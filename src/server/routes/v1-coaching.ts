import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { v1Routes } from '../../contract/routes.js';
import { AppError } from '../../errors.js';
import { createKpi, deleteKpi, listKpis, readKpi, updateKpi } from '../../services/coaching/kpis.js';
import { endMeeting, startMeeting } from '../../services/coaching/meeting-moves.js';
import {
  createMeeting,
  deleteMeeting,
  listMeetings,
  readMeeting,
  updateMeeting,
} from '../../services/coaching/meetings.js';
import { importObservations } from '../../services/coaching/observation-import.js';
import {
  createObservation,
  deleteObservation,
  listObservations,
  readObservation,
  toObservation,
  updateObservation,
} from '../../services/coaching/observations.js';
import { createPlan, deletePlan, listPlans, readPlan, updatePlan } from '../../services/coaching/plans.js';
import { jsonBody } from '../bodies.js';
import { ifMatchOf, pathId, type Register } from '../context.js';
import { byId, pageOf, registerCollection, registerItems } from '../crud.js';
import { answerOnce } from '../idempotency.js';
import { instantAfter, numberAfter } from '../list-cursor.js';

/** Plans, meetings, KPIs and their observations: `/api/v1/…`. */
export function registerV1Coaching(register: Register): void {
  register(v1Routes.plans.list, async ({ deps, caller, query }) => {
    const { limit, cursor, ...filters } = query;
    const plans = await listPlans(deps, caller, filters, { after: numberAfter(cursor), limit: limit + 1 });
    return pageOf(plans, limit, byId);
  });
  registerItems(register, v1Routes.plans, {
    create: createPlan,
    read: readPlan,
    update: updatePlan,
    remove: deletePlan,
  });
  registerMeetings(register);
  registerCollection(register, v1Routes.kpis, {
    list: listKpis,
    after: numberAfter,
    keyOf: byId,
    create: createKpi,
    read: readKpi,
    update: updateKpi,
    remove: deleteKpi,
  });
  registerObservations(register);
}

function registerMeetings(register: Register): void {
  register(v1Routes.meetings.list, async ({ deps, caller, query }) => {
    const { limit, cursor, ...filters } = query;
    const meetings = await listMeetings(deps, caller, filters, { after: numberAfter(cursor), limit: limit + 1 });
    return pageOf(meetings, limit, byId);
  });
  registerItems(register, v1Routes.meetings, {
    create: createMeeting,
    read: readMeeting,
    update: updateMeeting,
    remove: deleteMeeting,
  });
  const moves = { start: startMeeting, end: endMeeting };
  for (const name of ['start', 'end'] as const) {
    register(v1Routes.meetings[name], (context) => {
      const { caller, request } = context;
      const [id, body, ifMatch] = [pathId(request), jsonBody(request), ifMatchOf(request)];
      return answerOnce(context, async (deps) => ({
        status: 200,
        body: await moves[name](deps, caller, id, body, ifMatch),
      }));
    });
  }
}

function registerObservations(register: Register): void {
  register(v1Routes.observations.list, async ({ deps, caller, query }) => {
    const { limit, cursor, ...filters } = query;
    const page = { after: instantAfter(cursor), limit: limit + 1 };
    const found = await listObservations(deps, caller, filters, page);
    const { items, next } = pageOf(found, limit, ({ observedAt, observationId }) => [observedAt, observationId]);
    return { items: items.map(toObservation), next };
  });
  registerItems(register, v1Routes.observations, {
    create: createObservation,
    read: readObservation,
    update: updateObservation,
    remove: deleteObservation,
  });
  register(
    v1Routes.observations.import,
    async ({ deps, caller, request, query }) => importObservations(deps, caller, await csvBytes(request), query.dates),
    { bodyLimit: MAX_CSV_BYTES },
  );
}

/** The maximum size of a CSV file in an import, in bytes: about 50,000 lines. */
const MAX_CSV_BYTES = 4 * 1024 * 1024;

async function csvBytes({ body, headers }: FastifyRequest): Promise<Buffer> {
  if (!(body instanceof Readable) || !/^text\/csv\b/i.test(headers['content-type'] ?? '')) {
    throw new AppError('unsupported_media_type', 'Send the observations as text/csv.');
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    // A body that is too large is read to its end, but not kept, so that the refusal reaches a client that is still
    // sending.
    if (length <= MAX_CSV_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (length > MAX_CSV_BYTES) {
    throw new AppError('too_large', `The file is larger than ${MAX_CSV_BYTES} bytes; send it in parts.`);
  }
  return Buffer.concat(chunks);
}
