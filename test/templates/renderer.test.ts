import { afterEach, describe, expect, test } from 'vitest';
import { createTemplateRenderer, type TemplateRenderer } from '#debrief/templates/renderer.js';

// The threads that templates render in, as they are built: what hangs is ended, and nothing else is lost with it.

/** Hangs for many seconds inside one filter, where Liquid never looks at the time. */
const HANGS = `{{ (1..490000) | where_exp: "x", "${'x == 0 or '.repeat(20)}x == 1" | size }}`;

let renderer: TemplateRenderer;
afterEach(() => renderer.close());

async function textsOf(sources: string[], variables: object = {}): Promise<string[]> {
  const variablesJson = JSON.stringify(variables);
  const made = await renderer.render({ sources, variablesJson, timeZone: 'UTC' });
  return made.map(({ rendering }) => ('error' in rendering ? `error: ${rendering.error}` : rendering.text));
}

describe('the renderer', () => {
  test('renders in order, each call with its own variables', async () => {
    renderer = createTemplateRenderer({ threads: 2 });
    expect(await textsOf([])).toEqual([]);
    const pages = Array.from({ length: 40 }, (_, n) => textsOf(['{{ n }}', '{{ n | plus: 1 }}', '{% if %}'], { n }));
    for (const [n, texts] of (await Promise.all(pages)).entries()) {
      expect(texts).toEqual([`${n}`, `${n + 1}`, expect.stringContaining('error: ')]);
    }
  });

  test('ends what hangs, once each, and renders the rest', async () => {
    renderer = createTemplateRenderer({ threads: 1, hardMs: 300 });
    const stopped = expect.stringMatching(/^error: it was stopped after/);
    expect(await textsOf(['a', HANGS, 'b', HANGS, 'c'])).toEqual(['a', stopped, 'b', stopped, 'c']);
    expect(await textsOf([HANGS])).toEqual([stopped]);
    expect(await textsOf(['d'])).toEqual(['d']);
  });

  test('one that hangs holds up no other thread', async () => {
    renderer = createTemplateRenderer({ threads: 2 });
    let isStopped = false;
    const hanging = textsOf([HANGS]).finally(() => {
      isStopped = true;
    });
    for (let i = 0; i < 20; i++) expect(await textsOf(['a'])).toEqual(['a']);
    expect(isStopped).toBe(false);
    expect(await hanging).toEqual([expect.stringMatching(/^error: it was stopped after/)]);
  });

  test('takes no more variables than its heap can hold', async () => {
    renderer = createTemplateRenderer({ threads: 1 });
    expect(await textsOf(['a'], { text: 'x'.repeat(4_000_000) })).toEqual(['error: the call has too much data']);
    expect(await textsOf(['{{ text | size }}'], { text: 'x'.repeat(3_999_000) })).toEqual(['3999000']);
  });

  test('does not answer once it is closed', async () => {
    renderer = createTemplateRenderer({ threads: 1 });
    await textsOf(['a']);
    const late = Promise.allSettled([textsOf([HANGS]), textsOf(['a'])]);
    await renderer.close();
    for (const each of await late) expect(each).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    await expect(textsOf(['a'])).rejects.toMatchObject({ code: 'unavailable' });
  });
});
