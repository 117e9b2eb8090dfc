import type { SpokenSentence } from './sentences.js';
import { anyOf, CHATTER, joined } from './spoken-english.js';

const DAY = '(?:mon|tues|wednes|thurs|fri|satur|sun)day';
/** Says when. */
const WHENS = joined(String.raw`
  ${DAY}|tomorrow|tonight|this afternoon|(?:by|before|until) (?:then|noon|the end|end of)|
  end of (?:the )?(?:day|week|month)|next (?:week|month|${DAY})|(?:later|early) (?:today|this week|next week)|
  in (?:a|one|two|three|\d+) (?:days?|weeks?)|right after|after (?:this|the) call|within (?:the|a|\d+)
`);
const WHEN = anyOf(WHENS);
/** What may stand between who takes it on and what is done. */
const ADVERBS = joined(String.raw`(?:\s+(?:
  also|just|then|definitely|personally|gladly|happily|be able to|go ahead and|make sure to|try to|have to|need to
))*`);
const DEEDS = joined(String.raw`
  e-?mail|send|resend|forward|share|call|phone|ring|follow up|get back|reach out|check|find out|ask|set up|schedule|
  book|put together|prepare|draft|look into|look at|talk to|speak (?:to|with)|bring|invite|confirm|write|introduce|
  order|ship|mail|arrange|loop in|copy|update|upload|provide|circulate|connect you|let you know|keep you|
  take care of|have (?:\w+ ){1,3}(?:call|send|reach)|get (?:you|it|that|them)
`);
const COMMITS = anyOf(String.raw`
  (?:I'll|I will|we'll|we will|I'm going to|we're going to|I am going to|I can|let me)${ADVERBS}\s+(?:${DEEDS})
`);
/** Anything that someone will do, where it is also said when. */
const INTENDS = anyOf(String.raw`
  (?:I'll|I will|we'll|I'm going to|we're going to)\s+
  (?!(?:be|say|tell|show|admit|see if|never|always|take that)\b)\w+
`);
/** Done at once, or a way of speaking. */
const AT_ONCE = anyOf(`
  I'll (?:be honest|admit|tell you|say|show you|start|stop|pass|turn|give it)|
  let me (?:show|see|share my|just|put it|look at|check (?:that|this)? ?(?:now|here|quickly)|ask you|tell)|
  I can see|I can (?:show|tell)|turn (?:it|the call|over)|call it|call you out|
  look at (?:it|that) (?:now|as)|as I said
`);
/** Of another time, or of none. */
const UNREAL = anyOf(`
  I (?:thought|say|said|told|guess)|we used to|usually|always|never|every (?:time|week|day|month)|would have
`);
const IF = /^(?:if|when|unless|would|could|should|suppose|imagine|every|whenever|sometimes|normally)\b/i;
/** A meeting that is settled. */
const MEETS = anyOf(String.raw`
  (?:let's|we(?:'ll| will)?|shall we|I'll)\s+(?:meet|talk|speak|reconvene|catch up|do)\b.*\b(?:${WHENS})|
  (?:(?:see|talk to|speak to) you|talk)(?: again)?(?: on)? ${DAY}
`);
/** Several things to do, in a list. */
const LISTED = anyOf(`
  to-do list|(?:as a|as the|our|any|the) next steps?|action items?|open items|homework|what I've got|
  I have (?:two|three|four|a few) things:
`);
/** What the other side can wait for. */
const PROMISED = anyOf("you(?:'ll| will) (?:hear|get|have|receive)");
/** A date that is proposed, where it is accepted. */
const PROPOSED = anyOf(String.raw`(?:does|could you|can you|can we|how about|what about|shall we|let's)\b.*\b${DAY}`);
/** Said only of a date, which counts at the end of a call. */
const DATED = anyOf(`${DAY} (?:works|is good|it is)|by ${DAY}`);
const TO_YOU = /\b(?:you|your|them|him|her|[A-Z][a-z]+)\b/;
/** A request of the other side. */
const ASKS = new RegExp(
  joined(String.raw`
    ^(?:please|(?:can|could|would|will) you(?: please)?)\s+
    (?:e-?mail|send|share|forward|give|get|put|set up|schedule|invite|add|check|book|bring)\b.*\b(?:me|us|it over)\b
  `),
  'i',
);
const ACCEPTS = new RegExp(
  joined(String.raw`
    ^(?:yes|yeah|yep|sure|of course|absolutely|definitely|will do|certainly|no problem|happy to|gladly|works|
    that works|perfect|great|good|put it|${DAY}|i will|i'll|i can|we'll|we will|consider it|okay|ok|done)\b
  `),
  'i',
);

const MAX_STEPS = 6;
const MIN_WORDS = 4;
const MAX_WORDS = 30;
/** Commitments are made at the end of a call: what is said in its last part counts more. */
const LAST_PART = 0.8;
const MIN_SCORE = 3;

/** A sentence that someone is to follow up, by its index. */
interface Step {
  readonly index: number;
  readonly score: number;
}

/**
 * The sentences of an English call in which someone commits to do something after it, or a meeting is settled: at most
 * six, in the order in which they were said. Returns their indices.
 */
export function findNextSteps(sentences: readonly SpokenSentence[], texts: readonly string[]): number[] {
  const steps: Step[] = [];
  const lastAt = sentences.length === 0 ? 0 : sentences.at(-1)!.endSeconds * LAST_PART;
  for (let index = 0; index < sentences.length; index++) {
    if (!sentences[index]!.isWhole) continue;
    const isLast = sentences[index]!.startSeconds >= lastAt;
    const score = scoreStep(sentences, texts, index, isLast) + (isLast ? 2 : 0);
    if (score < MIN_SCORE) continue;
    // Who takes a request up says what is done.
    const previous = steps.at(-1);
    if (previous && ASKS.test(texts[previous.index]!) && previous.index >= index - 2) steps.pop();
    steps.push({ index, score });
  }
  steps.sort((a, b) => b.score - a.score || a.index - b.index);
  const chosen: number[] = [];
  const seen = new Set<string>();
  for (const { index } of steps) {
    const key = texts[index]!.toLowerCase();
    if (seen.has(key)) continue;
    seen.add(key);
    chosen.push(index);
    if (chosen.length === MAX_STEPS) break;
  }
  return chosen.sort((a, b) => a - b);
}

const NONE = Number.NEGATIVE_INFINITY;

/** How much a sentence looks like a commitment. */
function scoreStep(
  sentences: readonly SpokenSentence[],
  texts: readonly string[],
  index: number,
  isLast: boolean,
): number {
  const text = texts[index]!;
  const words = text.split(' ').length;
  if (words < MIN_WORDS || words > MAX_WORDS) return NONE;
  if (ASKS.test(text) || (isLast && PROPOSED.test(text))) return isAccepted(sentences, texts, index) ? 3 : NONE;
  if (text.endsWith('?')) return NONE;
  if (LISTED.test(text)) return isLast ? 4 : NONE;
  if (UNREAL.test(text) || IF.test(text) || AT_ONCE.test(text)) return NONE;
  const isDated = WHEN.test(text);
  if (COMMITS.test(text)) return 2 + (isDated ? 2 : 0) + (TO_YOU.test(text.slice(2)) ? 1 : 0);
  if (MEETS.test(text)) return 3;
  if (PROMISED.test(text)) return isLast || isDated ? 2 : NONE;
  if (isLast && DATED.test(text)) return 1;
  return isDated && INTENDS.test(text) && !CHATTER.test(text) ? 2 : NONE;
}

function isAccepted(sentences: readonly SpokenSentence[], texts: readonly string[], index: number): boolean {
  const { speakerNumber, turn } = sentences[index]!;
  for (let next = index + 1; next < sentences.length && sentences[next]!.turn <= turn + 1; next++) {
    if (sentences[next]!.speakerNumber !== speakerNumber) return ACCEPTS.test(texts[next]!);
  }
  return false;
}
