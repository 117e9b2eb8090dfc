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
import { STORIES } from './phrases/stories.js';
import { SUPPORT_ISSUES } from './phrases/support-issues.js';
import { type Subject, subjects } from './script.js';

/** The kind of a call. */
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

/** What a kind of call consists of. */
export interface Plan {
  /** The shortest and longest duration of such a call, in minutes. */
  readonly minutes: readonly [number, number];
  /** The subjects, in this order of phases. Within a phase the order is free. */
  readonly phases: readonly (readonly string[])[];
  /** The subjects that a long call adds. */
  readonly more: readonly string[];
  /** The probability of a third speaker, and their side. */
  readonly third: { readonly side: 'S' | 'D'; readonly probability: number };
}

const ISSUES = ['kiosk', 'duplicates', 'texts', 'sync', 'login', 'report', 'carrier', 'sensor', 'invoice'].map(
  (issue) => `issue-${issue}`,
);

/** The plan of each kind of call. */
export const PLANS: Readonly<Record<Kind, Plan>> = {
  prospecting: {
    minutes: [4.1, 8],
    more: [],
    phases: [['cold-need'], ['process', 'detention', 'visibility', 'yard']],
    third: { side: 'D', probability: 0 },
  },
  discovery: {
    minutes: [13, 39],
    more: ['gate', 'rules', 'trailers', 'insights', 'roadmap'],
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
    minutes: [20, 41],
    more: ['security', 'contract', 'success', 'yard', 'detention'],
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
    minutes: [14, 38],
    more: ['insights', 'trailers', 'roadmap', 'plan', 'data'],
    phases: [
      ['wms', 'integrations'],
      ['security'],
      ['mobile', 'sites', 'gate', 'rules'],
      ['objections', 'decision', 'contract'],
    ],
    third: { side: 'D', probability: 0.9 },
  },
  negotiation: {
    minutes: [7, 34],
    more: ['wms', 'integrations', 'insights', 'plan', 'detention', 'visibility', 'training'],
    phases: [['pricing'], ['objections', 'contract'], ['decision', 'security', 'success', 'sites', 'roadmap']],
    third: { side: 'D', probability: 0.15 },
  },
  kickoff: {
    minutes: [11, 38],
    more: ['booking', 'gate', 'insights', 'integrations', 'trailers', 'visibility'],
    phases: [
      ['plan'],
      ['data', 'wms', 'rules'],
      ['training', 'people', 'drivers', 'sites'],
      ['measures', 'process', 'yard', 'mobile'],
    ],
    third: { side: 'D', probability: 0.5 },
  },
  support: {
    minutes: [4.1, 12],
    more: ['roadmap', 'insights', 'rules'],
    phases: [ISSUES],
    third: { side: 'D', probability: 0.15 },
  },
  review: {
    minutes: [9, 34],
    more: ['drivers', 'gate', 'renewal', 'detention', 'process', 'training'],
    phases: [
      ['value', 'adoption'],
      ['insights', 'mobile', 'trailers', 'rules'],
      ['roadmap', 'visibility', 'people'],
      ['integrations', 'security', 'sites'],
    ],
    third: { side: 'D', probability: 0.2 },
  },
  renewal: {
    minutes: [6, 33],
    more: ['security', 'integrations', 'trailers', 'pricing', 'visibility', 'training'],
    phases: [
      ['value'],
      ['adoption', 'roadmap', 'insights'],
      ['renewal'],
      ['contract', 'decision', 'sites', 'objections'],
    ],
    third: { side: 'D', probability: 0.15 },
  },
};

/** All subjects of the phrase files, by name. */
export const SUBJECTS: ReadonlyMap<string, Subject> = new Map(
  [
    OPENINGS,
    SMALL_TALK,
    STORIES,
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
