import { Context, type FilterImplOptions, Liquid, type Template, toValue } from 'liquidjs';
import { registerDateFilters } from './dates.js';

/** The most characters of a template's source. */
export const MAX_SOURCE = 20_000;
/** The most characters that a template may render for one call: a card, not a document. */
export const MAX_OUTPUT = 20_000;
/** The most milliseconds for one call. Ordinary templates take well under one. */
const RENDER_MS = 500;
/**
 * The most that one rendering may create: characters written or made by filters, and items of lists. A thread whose
 * heap overflows by one large allocation ends the whole process, whatever its `resourceLimits` (tried on Node 20). At
 * up to some 64 bytes a unit, this limit stays well below them.
 */
const MEMORY_UNITS = 1_000_000;
/**
 * The most characters of templates kept parsed, the most recently used ones: each takes about 150 bytes when parsed.
 */
const MAX_PARSED = 300_000;

/** Liquid's tags that read other templates: there are none to read. */
const REFUSED_TAGS = ['include', 'render', 'layout', 'block'];

/** The text that a template renders for a call, or the reason why it cannot. */
export type Rendering = { readonly text: string } | { readonly error: string };

/** Checks and renders templates. */
export interface Engine {
  /** What is wrong with a template's syntax, in Liquid's words, with line and column; null if nothing is. */
  problemOf(source: string): string | null;
  /** Renders a template for one call, with instants in the time zone. Never throws. */
  render(source: string, variables: object, timeZone: string): Rendering;
}

type Parsed = { readonly templates: Template[] } | { readonly error: string };

/** Makes a Liquid engine without a file system, limited in time, memory and output. */
export function createEngine(): Engine {
  const liquid = new Liquid({
    templates: {},
    ownPropertyOnly: true,
    // A misspelt filter is found when the template is saved. A missing variable is normal: calls' metadata differ.
    strictFilters: true,
    strictVariables: false,
    parseLimit: MAX_SOURCE,
    renderLimit: RENDER_MS,
    memoryLimit: MEMORY_UNITS,
  });
  for (const name of REFUSED_TAGS) {
    liquid.registerTag(name, {
      parse() {
        throw new Error(`the tag "${name}" is not available: a template stands alone`);
      },
      render: () => '',
    });
  }
  registerDateFilters(liquid);
  countOutput(liquid);
  weighLists(liquid);

  const parsed = new Map<string, Parsed>();
  let parsedLength = 0;
  function parse(source: string): Parsed {
    const known = parsed.get(source);
    const found = known ?? parseNew(source);
    // The map is in order of last use.
    parsed.delete(source);
    parsed.set(source, found);
    if (known === undefined) parsedLength += source.length;
    for (const oldest of parsed.keys()) {
      if (parsedLength <= MAX_PARSED) break;
      parsed.delete(oldest);
      parsedLength -= oldest.length;
    }
    return found;
  }
  function parseNew(source: string): Parsed {
    try {
      return { templates: liquid.parse(source) };
    } catch (error) {
      return { error: messageOf(error) };
    }
  }

  return {
    problemOf(source) {
      const found = parse(source);
      return 'error' in found ? found.error : null;
    },
    render(source, variables, timeZone) {
      const found = parse(source);
      if ('error' in found) return found;
      try {
        // Each rendering has a scope of its own: the next template must not see what this one assigns.
        const context = new Context({ ...variables }, { ...liquid.options, timezoneOffset: timeZone }, {}, { liquid });
        return { text: String(liquid.renderSync(found.templates, context)).toWellFormed() };
      } catch (error) {
        return { error: messageOf(error) };
      }
    },
  };
}

/**
 * Counts output: Liquid counts what filters make, but not what is written, so `capture` could double a text without
 * end. With this, every written character counts too, and the whole output has its own limit.
 */
function countOutput(liquid: Liquid): void {
  const { renderer } = liquid;
  const plain = renderer.renderTemplates;
  const started = new WeakSet<Context>();
  renderer.renderTemplates = (templates, context, emitter) => {
    if (emitter !== undefined) return plain.call(renderer, templates, context, emitter);
    const isWhole = !started.has(context);
    started.add(context);
    const counted = {
      buffer: '',
      write(written: unknown) {
        const value = toValue(written);
        if (Array.isArray(value)) {
          for (const item of value) counted.write(item);
          return;
        }
        const text = value === null || value === undefined ? '' : String(value);
        context.memoryLimit.use(text.length);
        counted.buffer += text;
        if (isWhole && counted.buffer.length > MAX_OUTPUT) {
          throw new Error(`the output is longer than ${MAX_OUTPUT} characters`);
        }
      },
    };
    return plain.call(renderer, templates, context, counted);
  };
}

/**
 * Limits lists: a list can hold one long text, or its own earlier self, many times over. That costs little until the
 * list is written as text, which Liquid does in many places (comparisons, `contains`, keys). So no filter may return a
 * list whose text would be too long.
 */
function weighLists(liquid: Liquid): void {
  for (const [name, filter] of Object.entries(liquid.filters)) {
    const handler = typeof filter === 'function' ? filter : filter.handler;
    const weighed = function* (this: FilterThis, ...given: FilterArguments): IterableIterator<unknown> {
      const result = yield handler.apply(this, given);
      if (Array.isArray(result)) weigh(result, 0);
      return result;
    };
    liquid.registerFilter(name, typeof filter === 'function' ? weighed : { ...filter, handler: weighed });
  }
}

type FilterHandler = Extract<FilterImplOptions, (...given: never[]) => unknown>;
type FilterThis = ThisParameterType<FilterHandler>;
type FilterArguments = Parameters<FilterHandler>;

function weigh(value: unknown, before: number): number {
  let weight = before + 1;
  if (typeof value === 'string') weight += value.length;
  else if (Array.isArray(value)) for (const item of value) weight = weigh(item, weight);
  if (weight > MEMORY_UNITS) throw new Error('a list is too large');
  return weight;
}

/** The most characters of an error message: Liquid quotes what it could not read. */
const MAX_MESSAGE = 300;

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const plain = message
    .replace('template render limit exceeded', `it took more than ${RENDER_MS} ms`)
    .replace('memory alloc limit exceeded', 'it makes too much text or too long lists')
    .replace('parse length limit exceeded', `it is longer than ${MAX_SOURCE} characters`)
    .replace('Maximum call stack size exceeded', 'it is nested too deeply');
  return (plain.length > MAX_MESSAGE ? `${plain.slice(0, MAX_MESSAGE)}…` : plain).toWellFormed();
}
