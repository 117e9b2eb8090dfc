import type { PersonName } from './names.js';
import { ACKNOWLEDGEMENTS, BRIDGES, CUSTOMER_BRIDGES, RETURNS } from './phrases/transitions.js';
import { type Kind, PLANS, SUBJECTS } from './plans.js';
import type { Random } from './random.js';
import {
  type Exchange,
  type Phrase,
  phrase,
  type Rendering,
  render,
  type Subject,
  tidy,
  type Voice,
} from './script.js';
import { type Manner, speak, type TranscriptWord, type Turn } from './speech.js';

interface Talker extends PersonName, Manner {
  /** The share of a conversation that they tend to have, from 0 to 1. */
  readonly talk: number;
}

/** What a conversation is made from. */
export interface DialogueRequest {
  readonly kind: Kind;
  readonly minutes: number;
  readonly rep: Talker & { readonly asking: number };
  readonly customer: Talker;
  /** A colleague of the rep (S) or of the customer (D). */
  readonly third: (Talker & { readonly side: 'S' | 'D' }) | null;
  /** Values of slots: facts of the customer and of the call. */
  readonly facts: Readonly<Record<string, string>>;
}

/** A conversation, and what a summary of it would note. */
export interface Dialogue {
  readonly words: TranscriptWord[];
  /** The speaker numbers of the rep, the customer and the third person, if there is one. */
  readonly numbers: readonly number[];
  readonly endMs: number;
  readonly nextSteps: readonly string[];
  readonly asks: readonly { readonly question: string; readonly answer: string }[];
  /** Names of the subjects talked about, in order. */
  readonly subjects: readonly string[];
}

const SPEAKERS: Readonly<Record<Voice, number>> = { R: 0, C: 1, S: 2, D: 2 };

/** Makes a conversation. The same request and the same state of `random` give the same words. */
export function converse(request: DialogueRequest, random: Random): Dialogue {
  const call = new Conversation(request, random);
  const plan = PLANS[request.kind];
  // Overlaps and back-channels compensate for gaps between turns (measured: 155 words a minute at a pace of 150).
  const pace = request.rep.pace * 0.5 + request.customer.pace * 0.5;
  const wanted = request.minutes * pace * 1.02;
  call.play(`open-${request.kind}`, 1);
  if (request.third !== null) call.introduce();
  if (request.kind !== 'support' && request.minutes > 9 && random.chance(0.75))
    call.play('small-talk', request.minutes > 25 && random.chance(0.4) ? 2 : 1);
  if (SUBJECTS.has(`agenda-${request.kind}`) && request.minutes > 5) call.play(`agenda-${request.kind}`, 1);
  const body = wanted - call.wordCount - 130;
  // A short call skips some phases; their order stays.
  const phases = plan.phases.filter((_, i) => i === 0 || body / plan.phases.length > 160 || random.chance(body / 900));
  for (const [index, names] of phases.entries()) {
    const until = call.wordCount + (wanted - 130 - call.wordCount) / (phases.length - index);
    call.phase(names, until);
  }
  const all = [...plan.phases.flat(), ...plan.more];
  // The remaining length is spent on what has not been said, first on subjects of this kind of call.
  for (let round = 0; round < 25 && call.wordCount < wanted - 220; round++) call.goBack(all, wanted - 130);
  call.play(`next-${request.kind}`, 1);
  call.play('bye', 1);
  const manners = [request.rep, request.customer, ...(request.third === null ? [] : [request.third])];
  const { words, endMs, numbers } = speak(call.turns, manners, random);
  return { words, numbers, endMs, nextSteps: call.nextSteps, asks: call.asks, subjects: [...call.covered] };
}

/** The most subjects in one phase: nobody calls support with more problems than this. */
const MAX_SUBJECTS = 4;

const BRIDGE_PHRASES = { R: BRIDGES.map(phrase), C: CUSTOMER_BRIDGES.map(phrase), back: RETURNS.map(phrase) };

/** A conversation being made: what was said, and how much by whom. */
class Conversation {
  readonly turns: Turn[] = [];
  readonly nextSteps: string[] = [];
  readonly asks: { question: string; answer: string }[] = [];
  readonly covered = new Set<string>();
  wordCount = 0;
  private repWords = 0;
  private digressions = 0;
  private readonly used = new Set<Exchange>();
  private readonly sentences = new Set<string>();
  private readonly decks = new Map<readonly unknown[], unknown[]>();
  private readonly target: number;

  constructor(
    private readonly request: DialogueRequest,
    private readonly random: Random,
  ) {
    const { rep, customer } = request;
    this.target = rep.talk * 0.86 + (1 - customer.talk) * 0.14 + random.between(-0.05, 0.04);
  }

  /** Plays up to `count` exchanges of a subject, without announcing the change of subject. */
  play(name: string, count: number): void {
    for (let i = 0; i < count; i++) {
      const exchange = this.choose(SUBJECTS.get(name)!, i > 0);
      if (exchange !== undefined) this.say(exchange);
    }
  }

  introduce(): void {
    const subject = SUBJECTS.get('introductions')!;
    const side = this.request.third!.side;
    const exchange = subject.exchanges.find((one) => one.needs.includes(side));
    if (exchange !== undefined) this.say(exchange);
  }

  /** Talks about subjects of this list until about `until` words were said in all. */
  phase(names: readonly string[], until: number): void {
    let left = this.random.shuffled(names.filter((name) => !this.covered.has(name))).slice(0, MAX_SUBJECTS);
    // The first subject of a list is what the phase is for.
    if (left.includes(names[0]!) && this.random.chance(0.6)) left = [names[0]!, ...left.filter((n) => n !== names[0])];
    while (this.wordCount < until - 60 && left.length > 0) {
      const name = left.shift()!;
      const subject = SUBJECTS.get(name)!;
      const room = until - this.wordCount;
      const most = subject.ordered
        ? subject.exchanges.length
        : Math.max(1, Math.round(room / 130 / (left.length > 0 ? 1.6 : 1)));
      this.discuss(subject, most, until);
    }
  }

  private discuss(subject: Subject, most: number, until: number): void {
    const first = this.choose(subject, false);
    if (first === undefined) return;
    const isFirstOfBody = this.covered.size === 0;
    this.covered.add(subject.name);
    this.say(first, isFirstOfBody ? null : subject.label);
    if (!subject.ordered) this.digress(until);
    for (let i = 1; i < most && (subject.ordered || this.wordCount < until - 50); i++) {
      const next = this.choose(subject, true);
      if (next === undefined) return;
      this.say(next);
      if (this.random.chance(0.05)) this.play('interlude', 1);
      if (!subject.ordered) this.digress(until);
    }
    if (subject.ordered) this.digress(until);
  }

  /** Lets the side that talks less than it likes tell something at length. */
  private digress(until: number): void {
    const tilt = this.target - this.share();
    // Nobody tells three stories in a call of five minutes.
    if (this.digressions >= (this.request.minutes - 2) / 1.7) return;
    if (Math.abs(tilt) < 0.02 || this.wordCount > until - 40 || !this.random.chance(0.4 + Math.abs(tilt) * 7)) return;
    this.digressions++;
    this.play(tilt < 0 ? 'customer-stories' : 'rep-stories', 1);
  }

  /** Returns to a subject that has exchanges left. */
  goBack(names: readonly string[], until: number): void {
    const open = names.filter((name) => {
      const subject = SUBJECTS.get(name)!;
      return !subject.ordered && this.left(subject).length > 0;
    });
    if (open.length === 0) return;
    const subject = SUBJECTS.get(this.random.pick(open))!;
    if (!this.covered.has(subject.name)) {
      this.discuss(subject, 4, until);
      return;
    }
    const exchange = this.choose(subject, true);
    if (exchange !== undefined) this.say(exchange, subject.label, true);
    for (let i = 0; i < 2 && this.wordCount < until - 60; i++) {
      const next = this.choose(subject, true);
      if (next !== undefined) this.say(next);
    }
  }

  private left(subject: Subject): Exchange[] {
    return subject.exchanges.filter((one) => !this.used.has(one));
  }

  /** The next exchange: first the opening one, then one that suits the talkers and balances who has talked. */
  private choose(subject: Subject, started: boolean): Exchange | undefined {
    const left = this.left(subject);
    if (subject.ordered) return left[0];
    if (!started) {
      const firsts = left.filter((one) => one.first);
      if (firsts.length > 0) return this.random.pick(firsts);
    }
    if (left.length === 0) return undefined;
    const tilt = this.target - this.share();
    return this.random.weighted(left, (one) =>
      Math.exp((tilt * 9 + (0.5 - this.request.rep.asking)) * (one.repShare - 0.5)),
    );
  }

  private share(): number {
    // A prior of 150 words keeps the first turns from dominating the share.
    return (this.repWords + 150 * this.target) / (this.wordCount + 150);
  }

  private say(exchange: Exchange, label: string | null = null, back = false): void {
    this.used.add(exchange);
    const lets = new Map<string, string>();
    let internal = true;
    const rendering: Rendering = {
      random: this.random,
      slot: (name) => this.slot(name, lets, label),
      saysMore: () => {
        const tilt = (this.target - this.share()) * (internal ? 1 : -1);
        const base = internal ? this.target : 1 - this.target;
        return this.random.chance(Math.min(0.97, Math.max(0.03, base + 0.05 + tilt * 7)));
      },
    };
    for (const one of exchange.lets) {
      const values = this.random.pick(one.options);
      for (const [i, name] of one.names.entries()) lets.set(name, render(values[i]!, rendering));
    }
    // On a support call, the next problem needs a transition.
    let opening = label === null ? undefined : this.bridge(exchange, back, this.request.kind === 'support');
    let before: Voice | null = null;
    for (const turn of exchange.turns) {
      const voice = this.actual(turn.voice);
      internal = voice === 'R' || voice === 'S';
      const lead = opening === undefined ? '' : `${render(opening, rendering)} `;
      opening = undefined;
      const reacts = before !== null && before !== voice && this.random.chance(0.16) && opensPlainly(turn.phrase);
      const attempt = () =>
        this.fresh(tidy(lead + (reacts ? `${this.draw(ACKNOWLEDGEMENTS)} ` : '') + render(turn.phrase, rendering)));
      let text = attempt();
      for (let tries = 0; tries < 3 && text === ''; tries++) text = attempt();
      this.add(voice, text);
      before = voice;
    }
    for (const step of exchange.nextSteps) this.nextSteps.push(tidy(render(step, rendering)));
    for (const ask of exchange.asks) {
      this.asks.push({ question: tidy(render(ask.question, rendering)), answer: tidy(render(ask.answer, rendering)) });
    }
  }

  private bridge(exchange: Exchange, back: boolean, isForced: boolean): Phrase | undefined {
    const voice = exchange.turns[0] === undefined ? 'R' : this.actual(exchange.turns[0].voice);
    if (back) return this.draw(BRIDGE_PHRASES.back);
    if (!isForced && !this.random.chance(0.6)) return undefined;
    return this.draw(voice === 'R' || voice === 'S' ? BRIDGE_PHRASES.R : BRIDGE_PHRASES.C);
  }

  /** Lines of a person who is not on the call go to the person beside them. */
  private actual(voice: Voice): Voice {
    if (voice === 'S' || voice === 'D') {
      if (this.request.third?.side !== voice) return voice === 'S' ? 'R' : 'C';
    }
    return voice;
  }

  /** Drops sentences already said in this call; '' if nothing else is left. */
  private fresh(text: string): string {
    const kept = text
      .split(/(?<=[.?!—]) /)
      .filter((sentence) => sentence.split(' ').length < 5 || !this.sentences.has(sentence.toLowerCase()));
    for (const sentence of kept) this.sentences.add(sentence.toLowerCase());
    return kept.join(' ');
  }

  private add(voice: Voice, text: string): void {
    if (text === '') return;
    const speaker = SPEAKERS[voice];
    const count = text.split(' ').length;
    this.wordCount += count;
    if (voice === 'R' || voice === 'S') this.repWords += count;
    const last = this.turns.at(-1);
    if (last?.speaker === speaker) this.turns[this.turns.length - 1] = { speaker, text: `${last.text} ${text}` };
    else this.turns.push({ speaker, text });
  }

  private slot(name: string, lets: ReadonlyMap<string, string>, label: string | null): string {
    if (name === 'label' && label !== null) return label;
    const value = lets.get(name) ?? this.request.facts[name];
    if (value === undefined) throw new Error(`Nothing is known for @${name}`);
    return value;
  }

  /** The next item of a shuffled list. It starts over only when all were drawn. */
  private draw<T>(list: readonly T[]): T {
    let deck = this.decks.get(list) as T[] | undefined;
    if (deck === undefined || deck.length === 0) {
      deck = this.random.shuffled(list);
      this.decks.set(list, deck);
    }
    return deck.pop()!;
  }
}

/** Whether a line begins a statement rather than a reaction, so that a reaction may be put before it. */
function opensPlainly(line: Phrase): boolean {
  const [first] = line;
  if (typeof first === 'string')
    return (
      /^[A-Z][a-z']+ [a-z]/.test(first) && !/^(Okay|Yes|No|Right|Sure|Good|Great|Thank|Sorry|And|But)\b/.test(first)
    );
  return false;
}
