/** The panels of a call's right column. On a phone, its words are one of them. */
export const PANEL_NAMES = ['words', 'summary', 'comments', 'scorecard', 'topics', 'stats', 'more'] as const;
export type PanelName = (typeof PANEL_NAMES)[number];
