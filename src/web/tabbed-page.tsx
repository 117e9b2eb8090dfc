import { Stack, Tabs, Title } from '@mantine/core';
import '@mantine/core/styles/Tabs.css';
import type { ReactNode } from 'react';

interface TabbedPageProps {
  readonly title: string;
  readonly tabs: readonly { readonly name: string; readonly label: string; readonly content: ReactNode }[];
  /** The tab of the address; the first unless it is one. */
  readonly tab: string | undefined;
  readonly onTab: (tab: string) => void;
}

/** A page of several lists, one at a time. The address has which. */
export function TabbedPage({ title, tabs, tab, onTab }: TabbedPageProps) {
  const shown = tabs.find(({ name }) => name === tab) ?? tabs[0]!;
  return (
    <Stack>
      <title>{`${shown.label} · ${title} · Debrief`}</title>
      <Title order={1} size="h2">
        {title}
      </Title>
      <Tabs value={shown.name} onChange={(next) => next !== null && onTab(next)} keepMounted={false}>
        <Tabs.List mb="md">
          {tabs.map(({ name, label }) => (
            <Tabs.Tab key={name} value={name}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ name, content }) => (
          <Tabs.Panel key={name} value={name}>
            {content}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}
