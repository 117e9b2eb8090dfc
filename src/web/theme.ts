import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** From light to dark; the shades that carry white text have a contrast of 4.5 to 1 and more. */
const teal: MantineColorsTuple = [
  '#e9f6f6',
  '#d3ebeb',
  '#a9d6d7',
  '#7cc0c2',
  '#57adb0',
  '#3c9a9e',
  '#1f7f84',
  '#0f6d72',
  '#0b5f63',
  '#064a4d',
];

export const theme = createTheme({
  primaryColor: 'teal',
  colors: { teal },
  primaryShade: { light: 8, dark: 7 },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  headings: { fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** Mantine's own lesser, missing and mistaken texts are too near to their grounds: these have 4.5 to 1 and more. */
export const readableColors: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': '#666e77',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': '#9e9e9e',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
  },
});
