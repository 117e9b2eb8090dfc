import { AppShell, Burger, Group, NavLink, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { InboxButton } from '../inbox/inbox-button.js';
import { nameOf } from '../names.js';
import { sessionQuery } from '../session.js';
import { ConnectionBanner } from './connection-banner.js';
import { KeySheetPlace } from './key-sheet-place.js';
import { OwnMenu } from './own-menu.js';
import { pagesFor } from './pages.js';
import { SearchPlace } from './search-place.js';
import { CONTENT_ID, SkipLink } from './skip-link.js';

/** What is around every page inside the app: navigation, search, the inbox, and the person's own menu. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const queryClient = useQueryClient();
  const userId = session?.user.id;
  useEffect(() => {
    if (userId === undefined) return;
    let isOver = false;
    let end = () => {};
    // Not needed for the first drawing. Without it the page still reads anew when it is looked at again.
    import('../events.js').then(
      ({ followEvents }) => {
        if (!isOver) end = followEvents(queryClient);
      },
      () => {},
    );
    return () => {
      isOver = true;
      end();
    };
  }, [queryClient, userId]);
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <SkipLink />
      <AppShell.Header>
        <Group h="100%" px="md" gap="sm" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Navigation"
              aria-expanded={isOpen}
            />
            <Text component={Link} to="/calls" fw={700} c="inherit" td="none">
              Debrief
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SearchPlace />
            <InboxButton />
            <KeySheetPlace />
            {session && <OwnMenu name={nameOf(session.user)} />}
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        {pagesFor(session?.user.role).map(({ to, label }) => {
          const isHere = path === to || path.startsWith(`${to}/`);
          return (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={label}
              active={isHere}
              {...(isHere && { 'aria-current': 'page' })}
              onClick={close}
            />
          );
        })}
      </AppShell.Navbar>
      <AppShell.Main id={CONTENT_ID} tabIndex={-1}>
        <ConnectionBanner />
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
