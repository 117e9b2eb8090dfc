import { Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { api } from '../api.js';
import { sessionQuery } from '../session.js';

const SCHEMES = { light: 'Light', dark: 'Dark', auto: 'As the system' } as const;

/** The menu of the person themselves: their profile, the colours, and the way out. */
export function OwnMenu({ name }: { readonly name: string }) {
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
