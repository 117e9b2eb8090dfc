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
 * Milliseconds that one template may take on a page in total: a template that is slow on every call must not take a
 * hundred times its limit. Ordinary ones take less than one millisecond for a whole page.
 */
const TEMPLATE_MS = 1_000;
/** Milliseconds from the start of a page until its remaining cards are rendered as an error text. */
const PAGE_MS = 30_000;
/** The maximum total of characters in a page's cards, since the page is held in memory. */
const PAGE_OUTPUT = 16_000_000;

const NONE = '{}';

/**
 * Renders the call-card templates of a page. For each call, the JSON text of an object from each active template's name
 * to its text, in order of name. A template that fails has its error text there. Stops early if the client has
 * disconnected.
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
  /**
   * For each template, the milliseconds it has taken. Once it has used up its time, the error text that all other calls
   * get.
   */
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

/** The text of a card: the rendered text, or an error text if rendering failed. */
export function cardText(rendering: Rendering): string {
  return 'error' in rendering ? `Template error: ${rendering.error}` : rendering.text;
}

/** JSON text of the variables of a call that templates can use. docs/templates.md describes them. */
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
