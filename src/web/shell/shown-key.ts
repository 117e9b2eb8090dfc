const NAMES: Readonly<Record<string, string>> = {
  ' ': 'Space',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
};

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A key as it stands on the keyboard: `mod+k` is Ctrl K, and ⌘ K on a Mac. */
export function shownKey(key: string): string {
  if (key.startsWith('mod+')) return `${isMac ? '⌘' : 'Ctrl'} ${shownKey(key.slice(4))}`;
  return NAMES[key] ?? key.toUpperCase();
}
