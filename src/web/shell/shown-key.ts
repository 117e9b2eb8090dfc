const NAMES: Readonly<Record<string, string>> = {
  space: 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  shift: 'Shift',
  alt: 'Alt',
  escape: 'Esc',
};

/** Characters that people type with Shift: they are shown as typed. */
const TYPED: Readonly<Record<string, string>> = { 'shift+?': '?', 'shift+.': '>', 'shift+,': '<', 'shift+/': '/' };

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A key as it stands on the keyboard: `mod+K` is Ctrl K, and ⌘ K on a Mac. */
export function shownKey(key: string): string {
  const typed = TYPED[key];
  if (typed !== undefined) return typed;
  const parts = key.split('+').map((part) => {
    const name = part.trim();
    return name === 'mod' ? (isMac ? '⌘' : 'Ctrl') : (NAMES[name] ?? name.toUpperCase());
  });
  return parts.join(' ');
}
