import { Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useKeys } from '../shell/keys.js';
import { useCallContext } from './call-context.js';
import type { PanelName } from './panel-names.js';
import { PanelWaiting } from './panel-states.js';

const route = getRouteApi('/inside/calls/$callId');

// Each panel's code comes when it is first opened.
const CommentsPanel = lazy(async () => ({ default: (await import('../comments/comments-panel.js')).CommentsPanel }));
const ScorecardPanel = lazy(async () => ({ default: (await import('../scores/scorecard-panel.js')).ScorecardPanel }));
const SummaryPanel = lazy(async () => ({ default: (await import('./summary-panel.js')).SummaryPanel }));
const TopicsPanel = lazy(async () => ({ default: (await import('./topics-panel.js')).TopicsPanel }));
const StatsPanel = lazy(async () => ({ default: (await import('../stats/stats-panel.js')).StatsPanel }));
const MorePanel = lazy(async () => ({ default: (await import('./more-panel.js')).MorePanel }));

const PANELS = [
  ['summary', 'Summary', SummaryPanel],
  ['comments', 'Comments', CommentsPanel],
  ['scorecard', 'Scorecard', ScorecardPanel],
  ['topics', 'Topics', TopicsPanel],
  ['stats', 'Stats', StatsPanel],
  ['more', 'More', MorePanel],
] as const;

/** Whether there is room for two columns. */
export function useIsWide(): boolean {
  return useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false });
}

/** The panel that is shown: of the address, or else the words on a phone, which has no room for two columns. */
export function useShownPanel(): PanelName {
  const isWide = useIsWide();
  const { panel = 'words' } = route.useSearch();
  return isWide && panel === 'words' ? 'summary' : panel;
}

/** What is known and said of the call of the page. */
export function CallPanels() {
  const { openPanel, call, clock, startDraft } = useCallContext();
  const comment = () =>
    startDraft({ kind: 'comment', startSeconds: Math.floor(clock.now()), endSeconds: null, quote: '' });
  const shown = useShownPanel();
  // Where there are words, the key is about them.
  useKeys('Comments', call.transcript === null ? [{ keys: 'c', does: 'Comment', run: comment }] : []);
  return (
    <Tabs value={shown} onChange={(name) => openPanel(name as PanelName)} keepMounted={false} className="panels">
      <Tabs.List className="panel-tabs">
        <Tabs.Tab value="words" hiddenFrom="md">
          Words
        </Tabs.Tab>
        {PANELS.map(([name, label]) => (
          <Tabs.Tab key={name} value={name}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {PANELS.map(([name, , Panel]) => (
        <Tabs.Panel key={name} value={name} pt="sm" className="panel">
          <Suspense fallback={<PanelWaiting />}>
            <Panel />
          </Suspense>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
