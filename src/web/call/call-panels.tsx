import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useCallContext } from './call-context.js';
import { CommentsPanel } from './comments-panel.js';
import type { PanelName } from './panel-names.js';
import { StatsPanel } from './stats-panel.js';
import { SummaryPanel } from './summary-panel.js';

const route = getRouteApi('/inside/calls/$callId');

/** What is known and said of the call of the page. */
export function CallPanels() {
  const { callId, call, clock, openPanel } = useCallContext();
  const { panel = 'summary' } = route.useSearch();
  return (
    <Tabs value={panel} onChange={(name) => openPanel(name as PanelName)} keepMounted={false} className="panels">
      <Tabs.List>
        <Tabs.Tab value="summary">Summary</Tabs.Tab>
        <Tabs.Tab value="comments">Comments</Tabs.Tab>
        <Tabs.Tab value="stats">Stats</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="summary" pt="sm">
        <SummaryPanel callId={callId} clock={clock} />
      </Tabs.Panel>
      <Tabs.Panel value="comments" pt="sm">
        <CommentsPanel callId={callId} clock={clock} />
      </Tabs.Panel>
      <Tabs.Panel value="stats" pt="sm">
        <StatsPanel stats={call.stats} />
      </Tabs.Panel>
    </Tabs>
  );
}
