import { type Company, demoCompany, type Person } from './company.js';
import { type Contact, type Customer, crmId, demoCustomers } from './customers.js';
import { converse, type Dialogue } from './dialogue.js';
import { type Kind, PLANS } from './plans.js';
import { createRandom, type Random } from './random.js';
import { type Appointment, customerCount, LOCAL_OFFSET, schedule } from './schedule.js';
import type { TranscriptWord } from './speech.js';

/** What the demo calls depend on. */
export interface DemoOptions {
  readonly seed: string;
  /** Milliseconds since the Unix epoch. All calls are before it. */
  readonly now: number;
  readonly count: number;
  /** The calls are within this many days before `now`. */
  readonly days: number;
  /** The longest call, in minutes; 40 unless given. */
  readonly maxMinutes?: number;
}

interface DemoParticipant {
  readonly speakerNumber: number;
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly type?: 'EXTERNAL' | 'INTERNAL';
}

interface Entity {
  readonly crmId: string;
  readonly name: string;
}

interface DemoCrmMatch {
  readonly crmName: string;
  readonly activityCrmId: string;
  readonly account: Entity | null;
  readonly contacts: readonly Entity[];
  readonly engagement: Entity | null;
}

interface DemoSummary {
  readonly nextSteps: readonly string[];
  readonly questionsAndAnswers: readonly { readonly question: string; readonly answer: string }[];
  readonly summary: string;
}

/** A call as POST /api/v1/calls takes it. */
export interface DemoCall {
  readonly externalId: string;
  readonly callerEmail: string;
  /** ISO 8601, in UTC. */
  readonly callTime: string;
  /** Seconds; null while there is no recording. */
  readonly duration: number | null;
  readonly direction: 'INBOUND' | 'OUTBOUND' | 'SCREENSHARE';
  readonly originalPath: string;
  readonly metadata: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** Null if only the call itself is known yet. */
  readonly transcript: readonly TranscriptWord[] | null;
  readonly crmMatches: readonly DemoCrmMatch[];
  readonly callSummary: DemoSummary | null;
  readonly participants: readonly DemoParticipant[];
}

const STAGES: Readonly<Record<Kind, string>> = {
  prospecting: 'Prospecting',
  discovery: 'Discovery',
  demo: 'Evaluation',
  technical: 'Technical validation',
  negotiation: 'Negotiation',
  kickoff: 'Closed won',
  support: 'Customer',
  review: 'Customer',
  renewal: 'Renewal',
};

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/**
 * The demo company's calls in order of time, each made when it is asked for. The latest have no transcript yet: one in
 * 75, and at least one if there are more than three.
 */
export function* demoCalls(options: DemoOptions): Generator<DemoCall, void, undefined> {
  const { seed, count, days, now } = options;
  if (count < 1) return;
  const company = demoCompany(seed);
  const customers = demoCustomers(seed, customerCount(count), company.people);
  const appointments = schedule(createRandom(`${seed}/schedule`), company, customers, count, days, now);
  const pending = count > 3 ? Math.max(1, Math.round(count / 75)) : 0;
  for (const [index, appointment] of appointments.entries()) {
    // Each call has its own random source, so that one call's length does not change the next call.
    const random = createRandom(`${seed}/call/${index}`);
    yield demoCall(random, company, appointment, index, index >= appointments.length - pending, options);
  }
}

function demoCall(
  random: Random,
  company: Company,
  appointment: Appointment,
  index: number,
  isPending: boolean,
  options: DemoOptions,
): DemoCall {
  const { customer, kind, person, time } = appointment;
  const plan = PLANS[kind];
  const cap = Math.min(40, options.maxMinutes ?? 40) * 0.95;
  const shortest = Math.min(plan.minutes[0], cap);
  const longest = Math.min(plan.minutes[1], cap);
  const minutes = random.chance(0.5) ? random.around(shortest, longest) : random.between(shortest, longest);
  const contact = kind === 'support' && random.chance(0.6) ? customer.contacts[2] : customer.contacts[0];
  // In calls about systems, the customer's second person is from IT.
  const guest = customer.contacts[kind === 'technical' || kind === 'kickoff' || kind === 'support' ? 1 : 2];
  const colleague = random.pick(company.people.filter((one) => one.job === 'se'));
  const third = minutes > 6 && random.chance(plan.third.probability) ? plan.third.side : null;
  const dialogue = isPending
    ? null
    : converse(
        {
          kind,
          minutes,
          rep: { ...person, ...person.persona },
          customer: { ...contact, talk: customer.talk, pace: customer.pace, hesitation: customer.hesitation },
          third:
            third === 'S'
              ? { ...colleague, ...colleague.persona, side: 'S' }
              : third === 'D'
                ? { ...guest, talk: 0.3, pace: random.int(130, 165), hesitation: 0.012, side: 'D' }
                : null,
          facts: {
            ...customer.facts,
            ...callFacts(random, appointment, contact, guest, customer.contacts[1], colleague),
          },
        },
        random,
      );
  const externalId = `qy-${new Date(time).toISOString().slice(0, 10).replaceAll('-', '')}-${String(index + 1).padStart(4, '0')}`;
  const callTime = new Date(time).toISOString().replace('.000', '');
  const isKnown = random.chance(0.88);
  const present = third === 'D' ? [contact, guest] : [contact];
  return {
    externalId,
    callerEmail: person.email,
    callTime,
    duration: dialogue === null ? null : Math.ceil((dialogue.endMs + random.int(300, 2500)) / 1000),
    direction: direction(random, kind),
    originalPath: `recordings/${callTime.slice(0, 10).replaceAll('-', '/')}/${externalId}.${kind === 'demo' ? 'mp4' : 'wav'}`,
    metadata: metadata(customer, kind, person, dialogue),
    transcript: dialogue?.words ?? null,
    crmMatches: isKnown || random.chance(0.5) ? [crmMatch(random, appointment, isKnown ? present : [])] : [],
    callSummary: dialogue !== null && random.chance(0.16) ? summary(appointment, contact, dialogue) : null,
    participants: participants(
      dialogue,
      person,
      contact,
      third === 'S' ? colleague : third === 'D' ? guest : null,
      isKnown,
    ),
  };
}

function direction(random: Random, kind: Kind): DemoCall['direction'] {
  if (kind === 'demo') return 'SCREENSHARE';
  if (kind === 'support') return random.chance(0.85) ? 'INBOUND' : 'OUTBOUND';
  if (kind === 'technical' || kind === 'kickoff' || kind === 'review')
    return random.chance(0.5) ? 'SCREENSHARE' : 'OUTBOUND';
  return random.chance(0.12) ? 'INBOUND' : 'OUTBOUND';
}

function callFacts(
  random: Random,
  { time, nextTime, person }: Appointment,
  contact: Contact,
  guest: Contact,
  itContact: Contact,
  colleague: Person,
): Record<string, string> {
  const local = new Date(time + LOCAL_OFFSET);
  let next = new Date((nextTime ?? time + random.int(2, 9) * 86_400_000) + LOCAL_OFFSET);
  if (nextTime === null && (next.getUTCDay() === 0 || next.getUTCDay() === 6))
    next = new Date(next.getTime() + 2 * 86_400_000);
  const hour = next.getUTCHours() % 12 || 12;
  return {
    r: person.firstName,
    rfull: `${person.firstName} ${person.lastName}`,
    c: contact.firstName,
    cfull: `${contact.firstName} ${contact.lastName}`,
    d: guest.firstName,
    drole: guest.title.replace(/^([A-Z])(?=[a-z])/, (letter) => letter.toLowerCase()),
    it: itContact.firstName,
    s: colleague.firstName,
    sfull: `${colleague.firstName} ${colleague.lastName}`,
    daypart: local.getUTCHours() < 12 ? 'morning' : 'afternoon',
    today: WEEKDAYS[local.getUTCDay()]!,
    nextday: WEEKDAYS[next.getUTCDay()]!,
    nextdate: `${MONTHS[next.getUTCMonth()]} ${ordinal(next.getUTCDate())}`,
    nexttime: `${hour}:${next.getUTCMinutes() < 30 ? '00' : '30'}`,
    ticket: String(random.int(41_200, 68_900)),
  };
}

function ordinal(day: number): string {
  const ending =
    day % 10 === 1 && day !== 11
      ? 'st'
      : day % 10 === 2 && day !== 12
        ? 'nd'
        : day % 10 === 3 && day !== 13
          ? 'rd'
          : 'th';
  return `${day}${ending}`;
}

function metadata(customer: Customer, kind: Kind, person: Person, dialogue: Dialogue | null): DemoCall['metadata'] {
  const rivals = new Set([customer.facts.rival, customer.facts.rival2]);
  const subjects = dialogue?.subjects ?? [];
  return {
    company: customer.name,
    opportunity_stage: STAGES[kind],
    opportunity_price_point: customer.annual,
    region: customer.region,
    industry: customer.industry,
    product: subjects.some((name) => ['gate', 'trailers', 'yard'].includes(name))
      ? 'Quayline Yard'
      : 'Quayline Scheduling',
    uploader: person.systemIds[0]!,
    competitor_mentioned: dialogue?.words.some((word) => rivals.has(word.word)) ?? false,
    tags: [kind, ...subjects.slice(0, 3).map((name) => name.replace(/^issue-/, ''))],
  };
}

function crmMatch(random: Random, { customer, kind }: Appointment, contacts: readonly Contact[]): DemoCrmMatch {
  const hasDeal = kind !== 'prospecting' && kind !== 'support';
  return {
    crmName: 'Salesforce',
    activityCrmId: crmId(random, '00T'),
    account: { crmId: customer.crmId, name: customer.name },
    contacts: contacts.map((one) => ({ crmId: one.crmId, name: `${one.firstName} ${one.lastName}` })),
    engagement: hasDeal
      ? {
          crmId: customer.engagementCrmId,
          name: `${customer.name}: ${kind === 'renewal' || kind === 'review' ? 'renewal' : 'Quayline'}`,
        }
      : null,
  };
}

/**
 * The participants: the rep's e-mail address resolves to a user, the customer's name to a CRM contact. An unknown
 * speaker has only a number.
 */
function participants(
  dialogue: Dialogue | null,
  person: Person,
  contact: Contact,
  third: Person | Contact | null,
  isKnown: boolean,
): DemoParticipant[] {
  if (dialogue === null) return [];
  const [rep = 0, customer = 1, other = 2] = dialogue.numbers;
  const named = (speakerNumber: number, one: Contact): DemoParticipant =>
    isKnown ? { speakerNumber, firstName: one.firstName, lastName: one.lastName } : { speakerNumber };
  const list: DemoParticipant[] = [{ speakerNumber: rep, email: person.email }, named(customer, contact)];
  if (third !== null)
    list.push('persona' in third ? { speakerNumber: other, email: third.email } : named(other, third));
  return list.sort((a, b) => a.speakerNumber - b.speakerNumber);
}

const GIST: Readonly<Record<Kind, string>> = {
  prospecting: 'A first call to learn how trucks are scheduled and whether a longer conversation is worth it.',
  discovery: 'A discovery call about how appointments, the gate and the yard are run today and what that costs.',
  demo: 'A demonstration of Quayline built around what was learned before.',
  technical: 'A technical session on integrations, sign-on and security.',
  negotiation: 'A conversation about price, terms and what is needed for a signature.',
  kickoff: 'A rollout meeting: dates, people, data and training.',
  support: 'A support call that went from the symptom to its cause and a fix.',
  review: 'A quarterly review of usage, results and open wishes.',
  renewal: 'A renewal conversation: the results of the year, complaints and terms.',
};

function summary({ customer, kind, person }: Appointment, contact: Contact, dialogue: Dialogue): DemoSummary {
  const about = dialogue.subjects.map((name) => SUBJECT_NOUNS[name]).filter((noun) => noun !== undefined);
  const covered = about.length === 0 ? '' : ` They talked about ${list(about.slice(0, 5))}.`;
  return {
    nextSteps: dialogue.nextSteps,
    questionsAndAnswers: dialogue.asks.map(({ question, answer }) => ({
      question: `Q: ${question}`,
      answer: `A: ${answer}`,
    })),
    summary: `${GIST[kind]} ${person.firstName} ${person.lastName} spoke with ${contact.firstName} ${contact.lastName}, ${contact.title} at ${customer.name}.${covered}`,
  };
}

function list(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

const SUBJECT_NOUNS: Readonly<Record<string, string>> = {
  process: 'how appointments are made',
  yard: 'the gate and the yard',
  people: 'shifts and overtime',
  detention: 'detention charges',
  chargebacks: 'penalties for late loads',
  visibility: 'not knowing what is coming',
  success: 'what success would look like',
  booking: 'booking by carriers',
  rules: 'scheduling rules',
  gate: 'check-in at the gate',
  trailers: 'trailers in the yard',
  insights: 'reporting',
  integrations: 'integrations',
  wms: 'the warehouse system',
  security: 'security',
  objections: 'what speaks against it',
  pricing: 'pricing',
  contract: 'the contract',
  decision: 'how the decision is made',
  value: 'the results of the year',
  adoption: 'adoption at the sites',
  renewal: 'the renewal terms',
  plan: 'the rollout plan',
  data: 'the data to load',
  training: 'training and the carriers',
};
