import Type, { type Static } from 'typebox';
import { nullable } from './fields.js';
import { v1 } from './route.js';

const Cited = Type.Object(
  {
    text: Type.String(),
    seconds: nullable(Type.Number({ minimum: 0 }), 'where in the call it was said; null if it has no one moment'),
  },
  { title: 'CitedText' },
);

const instant = Type.String({ format: 'date-time' });

/** How far the making of a summary is. */
const SummaryStep = Type.Object(
  {
    state: Type.Enum(['waiting', 'running', 'done', 'failed', 'skipped']),
    attempts: Type.Integer({ minimum: 0 }),
    reason: nullable(Type.String(), 'why it waits, failed or was skipped'),
    finishedAt: nullable(instant, 'null until then'),
  },
  { title: 'SummaryStep' },
);

/** A call's summary with its moments, in /api/v1. */
export const SummaryDetails = Type.Object(
  {
    origin: nullable(
      Type.Enum(['given', 'extractive', 'model']),
      'given by the source of the call, quoted from the call by rules, or written by a model; null if there is none',
    ),
    engine: nullable(Type.String(), 'what made it; null if the source gave it'),
    madeAt: nullable(instant, 'null if the source gave it'),
    summary: Type.Array(Cited),
    nextSteps: Type.Array(Cited),
    questionsAndAnswers: Type.Array(Type.Object({ question: Cited, answer: Cited }, { title: 'CitedAnswer' })),
    step: nullable(SummaryStep, 'how far its making is; null if nobody asked for it'),
  },
  { title: 'SummaryDetails' },
);
export type SummaryDetails = Static<typeof SummaryDetails>;

/** Reading a call's summary, and asking for one. */
export const summaryRoutes = {
  readSummary: v1('GET', '/calls/:id/summary', 'read', 'rep', "A call's summary, with the seconds of each item", {
    answer: SummaryDetails,
  }),
  requestSummary: v1('POST', '/calls/:id/summary', 'write', 'manager', 'Summarise a call, again if it has a summary', {
    answer: SummaryDetails,
  }),
} as const;
