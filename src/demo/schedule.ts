import type { Company, Job, Person } from './company.js';
import type { Customer } from './customers.js';
import type { Kind } from './plans.js';
import type { Random } from './random.js';

/** A planned call: who, with whom, about what, when. */
export interface Appointment {
  readonly customer: Customer;
  readonly kind: Kind;
  readonly person: Person;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** When the two speak next, if that is within the demo's days. */
  readonly nextTime: number | null;
  /** The number of earlier calls with this customer. */
  readonly before: number;
}

const JOBS: Readonly<Record<Kind, Job>> = {
  prospecting: 'sdr',
  discovery: 'ae',
  demo: 'ae',
  technical: 'ae',
  negotiation: 'ae',
  kickoff: 'onboarding',
  support: 'support',
  review: 'account-manager',
  renewal: 'account-manager',
};

/** The kinds of a customer's calls, in order. Some customers buy, some stall, some were customers before. */
const JOURNEYS: readonly (readonly Kind[])[] = [
  ['prospecting', 'discovery', 'demo', 'technical', 'negotiation', 'kickoff'],
  ['support', 'review', 'support', 'renewal', 'negotiation'],
  ['discovery', 'demo', 'negotiation', 'kickoff', 'support'],
  ['kickoff', 'support', 'review', 'support', 'renewal'],
  ['prospecting', 'discovery', 'demo', 'technical'],
  ['discovery', 'demo', 'demo', 'technical', 'negotiation', 'negotiation'],
  ['support', 'support', 'review', 'renewal'],
  ['prospecting', 'discovery', 'demo', 'technical', 'negotiation'],
];
const AFTER: readonly Kind[] = ['support', 'review', 'support', 'renewal'];

const DAY = 86_400_000;
const HALF_HOUR = 1_800_000;
/** The company works on US Eastern time; daylight saving does not matter in a demo. */
export const LOCAL_OFFSET = -5 * 3_600_000;

/** Local milliseconds of a day. The office is open from 8:30 to 18:00, Monday to Friday. */
const OPEN = 17 * HALF_HOUR;
const CLOSED = 36 * HALF_HOUR;

const isWorkday = (date: number) => ![0, 6].includes(new Date(date * DAY).getUTCDay());

/** The time after this many office hours, in milliseconds since the Unix epoch. */
export function afterOfficeHours(time: number, hours: number): number {
  let left = hours * 2 * HALF_HOUR;
  let date = Math.floor((time + LOCAL_OFFSET) / DAY);
  let from = Math.max(OPEN, time + LOCAL_OFFSET - date * DAY);
  while (!isWorkday(date) || left > CLOSED - from) {
    if (isWorkday(date)) left -= Math.max(0, CLOSED - from);
    date += 1;
    from = OPEN;
  }
  return Math.round(date * DAY + from + left - LOCAL_OFFSET);
}

/**
 * The last time at or before `time` at which it was this hour on a working day, in milliseconds since the Unix epoch.
 */
export function workdayAt(time: number, hour: number): number {
  const sinceHour = time + LOCAL_OFFSET - hour * 2 * HALF_HOUR;
  let date = Math.floor(sinceHour / DAY);
  while (!isWorkday(date)) date -= 1;
  return date * DAY + hour * 2 * HALF_HOUR - LOCAL_OFFSET;
}

/** The number of customers for this many calls: about five calls each, and at least one customer for every journey. */
export function customerCount(calls: number): number {
  return Math.max(1, Math.min(calls, Math.max(Math.round(calls / 5), Math.min(8, Math.ceil(calls / 3)))));
}

/** Spreads `count` calls over customers, people and the `days` before `now`, in order of time. */
export function schedule(
  random: Random,
  company: Company,
  customers: readonly Customer[],
  count: number,
  days: number,
  now: number,
): Appointment[] {
  const taken = new Set<string>();
  const staff = (job: Job) => company.people.filter((person) => person.job === job && person.role !== 'admin');
  const turn = new Map<Job, number>();
  const appointments: Appointment[] = [];
  const earliest = now - days * DAY;
  const first = Math.floor((earliest + LOCAL_OFFSET) / DAY);
  for (const [index, customer] of customers.entries()) {
    const calls = Math.floor(count / customers.length) + (index < count % customers.length ? 1 : 0);
    const kinds = journey(index, calls);
    // A customer always deals with the same person about the same matter.
    const owners = new Map<Job, Person>();
    const owner = (job: Job) => {
      let person = owners.get(job);
      if (person === undefined) {
        const candidates = staff(job);
        const at = turn.get(job) ?? random.int(0, candidates.length - 1);
        turn.set(job, at + 1);
        person = candidates[at % candidates.length]!;
        owners.set(job, person);
      }
      return person;
    };
    const dates = spread(random, kinds.length, days).map((day) => first + day);
    const times: number[] = [];
    for (const [i, kind] of kinds.entries()) {
      const person = owner(JOBS[kind]);
      const keys = [person.key, customer.key];
      times.push(freeTime(random, taken, keys, dates[i]!, earliest, (times.at(-1) ?? 0) + 2 * HALF_HOUR, now));
    }
    times.sort((a, b) => a - b);
    for (const [i, kind] of kinds.entries()) {
      const person = owner(JOBS[kind]);
      appointments.push({ customer, kind, person, time: times[i]!, nextTime: times[i + 1] ?? null, before: i });
    }
  }
  return appointments.sort((a, b) => a.time - b.time || (a.customer.key < b.customer.key ? -1 : 1));
}

function journey(index: number, calls: number): Kind[] {
  const base = JOURNEYS[index % JOURNEYS.length]!;
  if (calls >= base.length) {
    return [...base, ...Array.from({ length: calls - base.length }, (_, i) => AFTER[i % AFTER.length]!)];
  }
  // With fewer calls than stages, a contiguous part is used, not always the beginning: so a few calls still show every
  // stage.
  const start = (index * 2) % (base.length - calls + 1);
  return base.slice(start, start + calls);
}

/** Days in rising order, with a gap of some days between them if there is room. */
function spread(random: Random, count: number, days: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.min(days - 1, Math.floor(((i + random.next()) / count) * days)));
}

/**
 * A free half hour near the day, before `now` and if possible after the customer's last call, in milliseconds since the
 * Unix epoch. Near the end of the days there may be none after that call; then an earlier one will do, since the times
 * are sorted later.
 */
function freeTime(
  random: Random,
  taken: Set<string>,
  keys: string[],
  day: number,
  earliest: number,
  after: number,
  now: number,
): number {
  for (let tries = 0; tries < 4000; tries++) {
    const step = Math.floor(tries / 8);
    // 0, 1, -1, 2, -2, … days from the wanted one.
    const date = day + (step % 2 === 1 ? (step + 1) / 2 : -step / 2);
    if (!isWorkday(date) && !random.chance(0.008)) continue;
    // From 8:30 to 16:30, mostly in the middle of the morning and after lunch.
    const slot = 17 + Math.round(random.around(0, 16));
    const time = date * DAY + slot * HALF_HOUR - LOCAL_OFFSET;
    if (time < earliest || time > now - 2 * HALF_HOUR || (time <= after && tries < 400)) continue;
    // Nobody has two calls within the hour that a long one takes.
    const near = [slot - 1, slot, slot + 1];
    if (keys.some((key) => near.some((s) => taken.has(`${key}:${date}:${s}`)))) continue;
    for (const key of keys) taken.add(`${key}:${date}:${slot}`);
    return time + random.int(0, 230) * 1000;
  }
  // There are far more calls than hours: double bookings, in whole seconds.
  return earliest + Math.floor((random.next() * (now - 2 * HALF_HOUR - earliest)) / 1000) * 1000;
}
