// Tells the tags in a text from what a person typed: "x<y and y<0", <sam@example.com>, List<String>, ask <name>.

const names = (text: string) => new Set(text.trim().split(/\s+/));

/** Elements that separate the text before, inside and after them. */
export const BLOCKS = names(`address article aside blockquote body caption center dd details dialog div dl dt fieldset
  figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend main nav option p pre section summary table tbody
  textarea tfoot thead title tr`);
const OTHERS =
  names(`a abbr acronym applet area audio b base big button canvas circle cite code col colgroup data datalist
  defs del dfn ellipse em embed font foreignobject frame frameset g i iframe image img input ins kbd label li line link map mark
  marquee mask math meta meter mi mn mo mrow mtext noframes noscript object ol optgroup output param path picture polygon
  polyline progress q rect rp rt ruby s samp script select slot small source span stop strike strong style sub sup svg td
  template text th time track tspan tt u ul use var video wbr br msup msub mfrac`);
/** Microsoft Office's own tags, such as `o:p`. */
const OFFICE = /^(?:o|w|v|m|st1):[a-z]+$/;

/** Names that mean only a tag: they need no other end to count as tags. */
const SURE = names('strong em ul ol li br hr wbr div span math svg');
const ONE_LETTER = /^[a-z]$/;

const ATTRIBUTE = /[\s/]+([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>=`]+))?/g;
const TAG =
  /<(\/?)([a-z][a-z0-9]*(?::[a-z][a-z0-9]*)?)((?:[\s/]+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=`]+))?)*)[\s/]*>/iy;
const ATTRIBUTE_NAME = /^[a-z_][\w:.-]*$/i;
/** Attributes whose values are often written without quotes. */
const UNQUOTED =
  names(`action align alt bgcolor border cellpadding cellspacing class color colspan content dir face for height
  href id lang method name rel role rowspan size src style target title type valign value width`);
const UNQUOTED_KIND = /^(?:on[a-z]+|data-[\w-]+|aria-[a-z]+)$/;
/** Attributes that need no value. */
const BARE = names(`async autofocus autoplay checked controls default defer disabled hidden ismap loop multiple muted
  novalidate nowrap open playsinline readonly required reversed selected`);

/** Declarations, and the conditional comments of Microsoft Office. */
const DECLARATION = /<!doctype\b[^<>]*>|<!\[(?:if\b[^\]<>]*|endif)\]>|<\?xml\b[^<>]*>/iy;
const COMMENT = /<!--(?:-?>|[\s\S]*?-->)/y;
/** The start tag of a script or style, which are removed with their contents. */
const RAW = /<(script|style)(?=[\s/>])(?:"[^"]*"|'[^']*'|[^"'<>])*>/iy;
/** A tag that hides a script's tag in it: removing the outer tag alone would leave the script. */
const DISGUISE = /<\/?[a-z]+<\/?(?:script|style)\b[^<>]*>/iy;
/** A tag that the end of the text cuts off within an address. */
const CUT_OFF = /<[a-z][a-z0-9]*(?:[\s/]+[a-z-]+="[^"<>]*")*[\s/]+[a-z-]+="[a-z]+:[^"\s<>]*$/i;

export type Token =
  | { readonly kind: 'text'; readonly text: string }
  /** A tag as it was written, with its name in lower case. */
  | { readonly kind: 'start' | 'end'; readonly name: string; readonly text: string }
  /** A comment, declaration or script, which is removed. */
  | { readonly kind: 'nothing' };

/** Splits a text into tags, what is removed, and text, in order. A text without tags is one token. */
export function readMarkup(text: string): Token[] {
  const tokens: Token[] = [];
  const tags = findTags(text);
  const real = realTags(text, tags);
  let written = 0;
  for (const tag of tags) {
    if (!real(tag)) continue;
    if (tag.at > written) tokens.push({ kind: 'text', text: text.slice(written, tag.at) });
    const { kind, name } = tag;
    tokens.push(kind === 'nothing' ? { kind } : { kind, name, text: text.slice(tag.at, tag.end) });
    written = tag.end;
  }
  if (written < text.length) tokens.push({ kind: 'text', text: text.slice(written) });
  return tokens;
}

interface TagAt {
  readonly kind: 'start' | 'end' | 'nothing';
  readonly name: string;
  readonly hasValue: boolean;
  readonly at: number;
  readonly end: number;
}

/** Everything that has the form of a tag. */
function findTags(text: string): TagAt[] {
  const found: TagAt[] = [];
  const lastCommentEnd = text.lastIndexOf('-->');
  const hasRaw = /<(script|style)[\s/>][\s\S]*<\/\1\s*>/i.test(text);
  const cutOff = CUT_OFF.exec(text)?.index ?? -1;
  const match = (pattern: RegExp, at: number) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  let at = text.indexOf('<');
  while (at >= 0) {
    let end = at + 1;
    const nothing = (to: number) => {
      found.push({ kind: 'nothing', name: '', hasValue: false, at, end: to });
      end = to;
    };
    const left =
      match(DECLARATION, at) ??
      (hasRaw ? match(DISGUISE, at) : null) ??
      (at < lastCommentEnd ? match(COMMENT, at) : null);
    const raw = left === null ? match(RAW, at) : null;
    const rawEnd = raw === null ? -1 : endOfRaw(text, raw[1]!, at + raw[0].length);
    const tag = left === null && rawEnd < 0 ? match(TAG, at) : null;
    if (left !== null) nothing(at + left[0].length);
    else if (rawEnd >= 0) nothing(rawEnd);
    else if (at === cutOff) nothing(text.length);
    else if (tag !== null) {
      const [whole, slash = '', name = '', attributes = ''] = tag;
      const read = readAttributes(attributes);
      if (read !== null && (slash === '' || attributes === '')) {
        end = at + whole.length;
        found.push({
          kind: slash === '' ? 'start' : 'end',
          name: name.toLowerCase(),
          hasValue: read.hasValue,
          at,
          end,
        });
      }
    }
    at = text.indexOf('<', end);
  }
  return found;
}

const RAW_ENDS = { script: /<\/script\s*>/gi, style: /<\/style\s*>/gi };

/** The index after the end tag of a script or style; -1 where it has none. */
function endOfRaw(text: string, name: string, from: number): number {
  const pattern = RAW_ENDS[name.toLowerCase() as keyof typeof RAW_ENDS];
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** Null where these are not attributes of HTML. */
function readAttributes(text: string): { readonly hasValue: boolean } | null {
  let hasValue = false;
  for (const [, written, value] of text.matchAll(ATTRIBUTE)) {
    const name = written!.toLowerCase();
    if (!ATTRIBUTE_NAME.test(name)) return null;
    if (value === undefined) {
      if (!BARE.has(name)) return null;
      continue;
    }
    if (!/^["']/.test(value) && !UNQUOTED.has(name) && !UNQUOTED_KIND.test(name)) return null;
    hasValue = true;
  }
  return { hasValue };
}

/**
 * Tells which of the found tags are meant as tags: those of HTML elements that have their other end or an attribute, or
 * whose name means only a tag. `List<A>`, and `<title>` alone, are text.
 */
function realTags(text: string, tags: readonly TagAt[]): (tag: TagAt) => boolean {
  const paired = new Set<TagAt>();
  const open = new Map<string, TagAt[]>();
  for (const tag of tags) {
    const starts = open.get(tag.name) ?? [];
    open.set(tag.name, starts);
    if (tag.kind === 'start') starts.push(tag);
    const start = tag.kind === 'end' ? starts.pop() : undefined;
    if (start) paired.add(start).add(tag);
  }
  const isReal = (tag: TagAt) => {
    const { kind, name, hasValue } = tag;
    if (kind === 'nothing') return true;
    if (!BLOCKS.has(name) && !OTHERS.has(name) && !OFFICE.test(name)) return false;
    return paired.has(tag) || SURE.has(name) || (hasValue && !ONE_LETTER.test(name));
  };
  // The end tag of a paragraph is optional: a text that begins with <p> and has more tags is HTML.
  const isParagraphs = /^\s*<p[\s>]/i.test(text) && tags.slice(1).some((tag) => tag.name === 'p' || isReal(tag));
  return (tag) => isReal(tag) || (isParagraphs && tag.name === 'p');
}
