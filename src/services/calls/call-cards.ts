import { selectActiveTemplates } from '../../db/call-card-templates.js';
import type { CallWithCard, CardDetails } from '../../db/calls.js';
import type { Scope } from '../../db/database.js';
import type { Rendering } from '../../templates/engine.js';
import type { TemplateRenderer } from '../../templates/renderer.js';
import { jsonInstant, jsonString } from '../../wire/json.js';
import type { DbDeps } from '../deps.js';

interface CardDeps extends DbDeps {
  readonly templates: TemplateRenderer;
}

/**
 * Milliseconds that one template may take on a page in all: one that is slow on every call must not take a
 * hundred times its limit. Ordinary ones take under one for a whole page.
 */
const TEMPLATE_MS = 1_000;
/** Milliseconds from when a page begins to when what is left of it renders as an error text. */
const PAGE_MS = 30_000;
/** Characters that a page's cards may have in all: it is held in memory. */
const PAGE_OUTPUT = 16_000_000;

const NONE = '{}';

/**
 * The call-card templates of a page, rendered: per call the JSON text of an object from each active template's name to its
 * text, in order of name. A template that fails has its error text there. Stops early once nobody waits for the page.
 */
export async function renderCards(
  deps: CardDeps,
  scope: Scope & { readonly timeZone: string },
  calls: readonly CallWithCard[],
  isGone: () => boolean,
): Promise<string[]> {
  if (calls.every((call) => call.card === null)) return calls.map(() => NONE);
  const active = await selectActiveTemplates(deps.db, scope);
  const names = active.map(({ name }) => JSON.stringify(name));
  /** Per template: what it has taken, and once it is out the error text that all other calls have. */
  const spent = active.map(() => 0);
  const errors = active.map((): string | null => null);
  const deadline = Date.now() + PAGE_MS;
  let length = 0;
  const pages: string[] = [];
  for (const call of calls) {
    if (call.card === null || isGone()) {
      pages.push(NONE);
      continue;
    }
    if (Date.now() > deadline) giveUp(errors, `this page's templates took more than ${PAGE_MS / 1000} s`);
    else if (length > PAGE_OUTPUT) giveUp(errors, `this page's cards are longer than ${PAGE_OUTPUT} characters`);
    const texts = [...errors];
    const wanted = active.flatMap((_, index) => (errors[index] === null ? [index] : []));
    if (wanted.length > 0) {
      const made = await deps.templates.render({
        sources: wanted.map((index) => active[index]!.template),
        variablesJson: cardVariables(call, call.card),
        timeZone: scope.timeZone,
      });
      for (const [at, { rendering, ms }] of made.entries()) {
        const index = wanted[at]!;
        texts[index] = cardText(rendering);
        spent[index]! += ms;
        if (spent[index]! > TEMPLATE_MS) {
          const why = 'error' in rendering ? rendering.error : `it took more than ${TEMPLATE_MS} ms on this page`;
          errors[index] = cardText({ error: why });
        }
      }
    }
    const card = `{${texts.map((text, index) => `${names[index]}:${JSON.stringify(text)}`).join(',')}}`;
    length += card.length;
    pages.push(card);
  }
  return pages;
}

function giveUp(errors: (string | null)[], why: string): void {
  for (const [index, text] of errors.entries()) errors[index] = text ?? cardText({ error: why });
}

/** The text of a card, whether rendering went well or not. */
export function cardText(rendering: Rendering): string {
  return 'error' in rendering ? `Template error: ${rendering.error}` : rendering.text;
}

/** JSON text of what templates see of a call: docs/templates.md describes it. */
export function cardVariables(call: CallWithCard, card: CardDetails): string {
  const caller =
    call.callerId === null
      ? 'null'
      : JSON.stringify({
          id: call.callerId,
          email: call.callerEmail,
          firstName: card.callerFirstName,
          lastName: card.callerLastName,
          systemIds: card.callerSystemIds,
        });
  const team = card.teamId === null ? 'null' : JSON.stringify({ id: card.teamId, name: card.teamName });
  return (
    `{"call":{"id":${jsonString(call.callId)},"time":${jsonInstant(call.callTime)},"duration":${call.duration ?? 'null'}` +
    `,"direction":"${call.direction}","state":"${call.state}","originalPath":${jsonString(call.originalPath)}}` +
    `,"caller":${caller},"team":${team},"crmMatch":${card.cardCrmMatchJson ?? 'null'},"crmMatches":${card.cardCrmMatchesJson}` +
    `,"stats":${call.statsJson ?? 'null'},"metadata":${call.metadataJson},"summary":${call.callSummaryJson ?? 'null'}}`
  );
}
