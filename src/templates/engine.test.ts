import { describe, expect, it } from 'vitest';
import { createEngine, MAX_OUTPUT, MAX_SOURCE } from './engine.js';

const engine = createEngine();
const variables = JSON.parse(
  '{"call":{"id":"x","time":"2026-03-08T06:59:59.123456Z"},"metadata":{"__proto__":{"a":1},"word":"é😀"},"team":null}',
);

function textOf(source: string, timeZone = 'America/New_York'): string {
  const rendering = engine.render(source, variables, timeZone);
  return 'error' in rendering ? `error: ${rendering.error}` : rendering.text;
}

/** Makes `s` a text of 2 to the power of `times` seeds. */
const doubled = (times: number, seed = 'x') =>
  `{% assign s = "${seed}" %}{% for i in (1..${times}) %}{% assign s = s | append: s %}{% endfor %}`;

describe('what renders', () => {
  it.each([
    ['{{ call.id }} {{ metadata.word }}', 'x é😀'],
    ['{{ team.name }}{{ nothing.at.all }}|', '|'],
    ['{{ "a,b" | split: "," }}', 'ab'],
    ['{% assign id = call.id %}{{ id | append: "y" | upcase }}', 'XY'],
    ['{% capture a %}{{ call.id }}!{% endcapture %}{{ a }}{{ a }}', 'x!x!'],
    ['{% raw %}{{ call.id }}{% endraw %}', '{{ call.id }}'],
    ['{{ metadata | json }}', '{"__proto__":{"a":1},"word":"é😀"}'],
  ])('%s', (source, expected) => expect(textOf(source)).toBe(expected));

  it('writes dates in the zone, summer time included', () => {
    const format = '{{ call.time | date: "%Y-%m-%d %H:%M" }}';
    expect(textOf(format)).toBe('2026-03-08 01:59');
    expect(textOf(format.replace('call.time', '"2026-03-08T07:00:00Z"'))).toBe('2026-03-08 03:00');
    expect(textOf(format, 'Asia/Kolkata')).toBe('2026-03-08 12:29');
  });

  it('keeps nothing from one template for the next', () => {
    textOf('{% assign kept = 1 %}{% increment counter %}{% assign call = 2 %}{% cycle "a", "b" %}');
    expect(textOf('{{ kept }}|{% increment counter %}|{{ call.id }}|{% cycle "a", "b" %}')).toBe('|0|x|a');
  });

  it('parses more templates than it keeps', () => {
    for (let i = 0; i < 100; i++) expect(textOf(`${i}${'.'.repeat(10_000)}`)).toHaveLength(10_000 + String(i).length);
  });
});

describe('what is refused', () => {
  it.each([
    ["{% include '/etc/passwd' %}", 'the tag "include" is not available'],
    ["{% render '/etc/passwd' %}", 'the tag "render" is not available'],
    ["{% layout '/etc/passwd' %}", 'the tag "layout" is not available'],
    ['{% block a %}{% endblock %}', 'the tag "block" is not available'],
    ['\n{{ a | nope }}', 'undefined filter: nope, line:2'],
    ['{% nope %}', 'tag "nope" not found, line:1'],
    ['{% if %}', 'invalid value expression'],
    ['a {{ b', 'not closed'],
    ['{% if true %}'.repeat(1_500), /not closed|nested too deeply/],
    [`{{ ${'a['.repeat(6_000)} }}`, /not closed|nested too deeply/],
    ['x'.repeat(MAX_SOURCE + 1), `longer than ${MAX_SOURCE} characters`],
  ])('%#', (source, message) => {
    expect(engine.problemOf(source)).toMatch(message);
    expect(textOf(source)).toContain(`error: `);
  });

  it('sound templates have no problem', () => {
    expect(engine.problemOf('{{ call.id | upcase }}')).toBeNull();
    expect(engine.problemOf(`${'{% if true %}'.repeat(500)}${'{% endif %}'.repeat(500)}`)).toBeNull();
  });
});

describe('what ends in an error of its own', () => {
  const endless = (body: string) => `{% for a in (1..300) %}{% for b in (1..300) %}${body}{% endfor %}{% endfor %}`;
  const list = '{% assign a = "a,b" | split: "," %}';

  it.each([
    [
      'endless loops',
      '{% for i in (1..100000000) %}{% for j in (1..100000000) %}{% endfor %}{% endfor %}',
      'it makes too much',
    ],
    ['an endless table', '{% tablerow i in (1..100000000) %}{% endtablerow %}', 'it makes too much'],
    [
      'a long loop',
      endless('{% for c in a %}{% endfor %}{% for c in (1..9) %}{% if c %}{% endif %}{% endfor %}'),
      'it took more than',
    ],
    ['a long output', endless('0123456789'), `the output is longer than ${MAX_OUTPUT}`],
    ['doubling by append', `${doubled(60)}{{ s }}`, 'it makes too much'],
    [
      'doubling by capture',
      '{% assign s = "0123456789" %}{% for i in (1..60) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}{% if s contains "y" %}{% endif %}',
      'it makes too much',
    ],
    ['replace', `${doubled(16)}{{ s | replace: "x", s }}`, 'it makes too much'],
    ['split and sort', `${doubled(18)}{{ s | split: "" | sort | uniq | join: "," }}`, 'it makes too much'],
    ['join', `${doubled(16)}{{ (1..100) | join: s }}`, 'it makes too much'],
    [
      'a list that holds itself',
      `${list}{% for i in (1..60) %}{% assign a = a | push: a %}{% endfor %}{{ a }}`,
      'a list is too large',
    ],
    [
      'a list of one long text',
      `${doubled(17)}${list}{% for i in (1..500) %}{% assign a = a | push: s %}{% endfor %}{% if "x" contains a %}{% endif %}{{ call[a] }}`,
      'a list is too large',
    ],
    ['a wide date', '{{ "now" | date: "%999999999Y" }}', 'it makes too much'],
  ])('%s', (_, source, message) => expect(textOf(source)).toContain(message));

  it('bytes that are no text', () => {
    expect(textOf('\ud800{{ "%00" | url_decode }}')).toBe('\ufffd\0');
    expect(textOf('{{ "%ff" | url_decode }}')).toContain('error: URI malformed');
  });
});

describe('nothing of JavaScript is in reach', () => {
  it.each([
    '{{ call.constructor.constructor }}',
    '{{ call.__proto__ }}{{ "".__proto__ }}{{ call["__proto__"]["constructor"] }}',
    '{{ constructor }}{{ toString }}{{ call.hasOwnProperty }}{{ call.toString }}',
    '{{ "".constructor }}{{ call.id.constructor.name }}',
    '{{ process }}{{ globalThis }}{{ require }}{{ this }}',
    '{% assign x = "constructor" %}{{ call[x][x] }}',
    '{{ call | map: "constructor" }}',
  ])('%s', (source) => expect(textOf(source)).toBe(''));

  it('and nothing of it changes', () => {
    textOf(
      '{% assign __proto__ = metadata %}{% assign constructor = 1 %}{% increment __proto__ %}{% capture toString %}1{% endcapture %}',
    );
    expect(textOf('{{ a }}{{ word }}{{ call.a }}{{ call.toString }}')).toBe('');
    expect(({} as { a?: number }).a).toBeUndefined();
  });
});
