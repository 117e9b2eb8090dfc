import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const STYLES = 'node_modules/@mantine/core/styles';

/** Where a component's rules begin in the file that has those of all components in Mantine's order. */
const all = readFileSync(`${STYLES}.css`, 'utf8');
function placeOf(component: string): number {
  const [name] = /\.m_\w+/.exec(readFileSync(`${STYLES}/${component}.css`, 'utf8')) ?? [];
  // What has no class of its own is for the whole page.
  return name === undefined ? 0 : all.indexOf(name);
}

const files = readdirSync('src/web', { recursive: true, encoding: 'utf8' }).filter((name) =>
  /(^|\/)styles\.ts$/.test(name),
);

test.each(files)('%s has the styles of components in the order that they need', (path) => {
  const components = [...readFileSync(`src/web/${path}`, 'utf8').matchAll(/core\/styles\/([\w-]+)\.css/g)].map(
    ([, name]) => name!,
  );
  const places = components.map(placeOf);
  expect(components.length).toBeGreaterThan(0);
  expect(places).not.toContain(-1);
  // The rule that comes later wins: with those of Text after those of Anchor, no link is underlined.
  expect(places).toEqual([...places].sort((a, b) => a - b));
});
