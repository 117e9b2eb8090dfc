import { AGENDAS } from './phrases/agendas.js';
import { CLOSINGS } from './phrases/closings.js';
import { DECISION } from './phrases/decision.js';
import { INTEGRATIONS } from './phrases/integrations.js';
import { OBJECTIONS } from './phrases/objections.js';
import { ONBOARDING } from './phrases/onboarding.js';
import { OPENINGS } from './phrases/openings.js';
import { OPERATIONS } from './phrases/operations.js';
import { PAINS } from './phrases/pains.js';
import { PRICING } from './phrases/pricing.js';
import { PRODUCT_INSIGHTS } from './phrases/product-insights.js';
import { PRODUCT_SCHEDULING } from './phrases/product-scheduling.js';
import { PRODUCT_YARD } from './phrases/product-yard.js';
import { PROSPECTING } from './phrases/prospecting.js';
import { RENEWALS } from './phrases/renewals.js';
import { SECURITY } from './phrases/security.js';
import { SMALL_TALK } from './phrases/small-talk.js';
import { SUPPORT_ISSUES } from './phrases/support-issues.js';
import { type Subject, subjects } from './script.js';

export type Kind =
  | 'prospecting'
  | 'discovery'
  | 'demo'
  | 'technical'
  | 'negotiation'
  | 'kickoff'
  | 'support'
  | 'review'
  | 'renewal';

export interface Plan {
  /** Minutes such a call takes, shortest to longest. */
  readonly minutes: readonly [number, number];
  /** What is talked about, in this order of phases; within a phase the order is free. */
  readonly phases: readonly (readonly string[])[];
  /** How probable a third speaker is, and on which side. */
  readonly third: { readonly side: 'S' | 'D'; readonly probability: number };
}

const ISSUES = ['kiosk', 'duplicates', 'texts', 'sync', 'login', 'report', 'carrier', 'sensor', 'invoice'].map(
  (issue) => `issue-${issue}`,
);

export const PLANS: Readonly<Record<Kind, Plan>> = {
  prospecting: {
    minutes: [3.2, 7],
    phases: [['cold-need']],
    third: { side: 'D', probability: 0 },
  },
  discovery: {
    minutes: [14, 36],
    phases: [
      ['process', 'yard', 'people'],
      ['detention', 'chargebacks', 'visibility'],
      ['wms', 'integrations', 'sites', 'booking'],
      ['success', 'objections'],
      ['decision', 'pricing'],
    ],
    third: { side: 'D', probability: 0.2 },
  },
  demo: {
    minutes: [22, 38.5],
    phases: [
      ['booking', 'rules'],
      ['gate', 'trailers', 'drivers'],
      ['insights', 'mobile', 'sites'],
      ['wms', 'integrations', 'security', 'roadmap'],
      ['objections', 'pricing', 'decision'],
    ],
    third: { side: 'S', probability: 0.55 },
  },
  technical: {
    minutes: [14, 33],
    phases: [
      ['wms', 'integrations'],
      ['security'],
      ['mobile', 'sites', 'gate', 'rules'],
      ['objections', 'decision', 'contract'],
    ],
    third: { side: 'D', probability: 0.9 },
  },
  negotiation: {
    minutes: [9, 30],
    phases: [['pricing'], ['objections', 'contract'], ['decision', 'security', 'success', 'sites', 'roadmap']],
    third: { side: 'D', probability: 0.15 },
  },
  kickoff: {
    minutes: [12, 32],
    phases: [
      ['plan'],
      ['data', 'wms', 'rules'],
      ['training', 'people', 'drivers', 'sites'],
      ['measures', 'process', 'yard', 'mobile'],
    ],
    third: { side: 'D', probability: 0.5 },
  },
  support: {
    minutes: [3.2, 15],
    phases: [ISSUES],
    third: { side: 'D', probability: 0.15 },
  },
  review: {
    minutes: [10, 28],
    phases: [
      ['value', 'adoption'],
      ['insights', 'mobile', 'trailers', 'rules'],
      ['roadmap', 'visibility', 'people'],
      ['integrations', 'security', 'sites'],
    ],
    third: { side: 'D', probability: 0.2 },
  },
  renewal: {
    minutes: [8, 27],
    phases: [
      ['value'],
      ['adoption', 'roadmap', 'insights'],
      ['renewal'],
      ['contract', 'decision', 'sites', 'objections'],
    ],
    third: { side: 'D', probability: 0.15 },
  },
};

export const SUBJECTS: ReadonlyMap<string, Subject> = new Map(
  [
    OPENINGS,
    SMALL_TALK,
    AGENDAS,
    PROSPECTING,
    OPERATIONS,
    PAINS,
    PRODUCT_SCHEDULING,
    PRODUCT_YARD,
    PRODUCT_INSIGHTS,
    INTEGRATIONS,
    SECURITY,
    OBJECTIONS,
    PRICING,
    DECISION,
    SUPPORT_ISSUES,
    RENEWALS,
    ONBOARDING,
    CLOSINGS,
  ].flatMap((source) => subjects(source).map((subject): [string, Subject] => [subject.name, subject])),
);
