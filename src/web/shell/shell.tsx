import { AppShell, Burger, Group, Menu, NavLink, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { api } from '../api.js';
import { nameOf } from '../names.js';
import { sessionQuery } from '../session.js';
import { CONTENT_ID, SkipLink } from './skip-link.js';

const PAGES = [{ to: '/calls', label: 'Calls' }] as const;

/** What is around every page inside the app: navigation, and the person's own menu. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <SkipLink />
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <Text component={Link} to="/calls" fw={700} c="inherit" td="none">
              Debrief
            </Text>
          </Group>
          {session && <OwnMenu name={nameOf(session.user)} />}
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        {PAGES.map(({ to, label }) => (
          <NavLink key={to} component={Link} to={to} label={label} active={path.startsWith(to)} onClick={close} />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id={CONTENT_ID} tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

const SCHEMES = { light: 'Light', dark: 'Dark', auto: 'As the system' } as const;

function OwnMenu({ name }: { readonly name: string }) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const logOut = useMutation({
    mutationFn: () => api.v1.logOut(),
    // Nothing of this person stays in the page.
    onSettled: () => {
      queryClient.clear();
      queryClient.setQueryData(sessionQuery.queryKey, null);
      router.history.push('/log-in');
    },
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton px="xs" py={4}>
          <Text size="sm" lineClamp={1}>
            {name}
          </Text>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/profile">
          Profile and sessions
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Colours</Menu.Label>
        {Object.entries(SCHEMES).map(([scheme, label]) => (
          <Menu.Item
            key={scheme}
            onClick={() => setColorScheme(scheme as keyof typeof SCHEMES)}
            {...(scheme === colorScheme && { 'aria-current': true, fw: 600 })}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => logOut.mutate()}>Log out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
