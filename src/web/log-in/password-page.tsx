import { Anchor, Button, PasswordInput, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api.js';
import { SentForm } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { Frame } from './frame.js';
import { useLinkToken } from './link-token.js';

/** Where an invitation or a link to reset a password leads. */
export function PasswordPage() {
  const token = useLinkToken();
  const [password, setPassword] = useState('');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const set = useMutation({
    mutationFn: () => api.v1.setPassword({ body: { token: token ?? '', password } }),
    onSuccess: (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      return navigate({ to: '/calls' });
    },
  });
  if (token === null) {
    return (
      <Frame title="This link is not whole">
        <Text>Open the link from the mail once more, or copy all of it.</Text>
        <Anchor component={Link} to="/forgot" size="sm">
          Ask for a new link
        </Anchor>
      </Frame>
    );
  }
  return (
    <Frame title="Choose a password">
      <SentForm error={set.error} onSend={set.mutate}>
        <PasswordInput
          label="New password"
          description="10 characters or more. Not your e-mail address, and none of the commonest passwords."
          autoComplete="new-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={set.isPending}>
          Set password and log in
        </Button>
      </SentForm>
    </Frame>
  );
}
