import { Alert, Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, messageOf } from '../api.js';
import { logInMethodsQuery } from '../session.js';
import { Frame } from './frame.js';

export function ForgotPage() {
  const { data: methods } = useQuery(logInMethodsQuery);
  const [email, setEmail] = useState('');
  const reset = useMutation({ mutationFn: () => api.v1.resetPassword({ body: { email } }) });
  const send = (event: FormEvent) => {
    event.preventDefault();
    reset.mutate();
  };
  return (
    <Frame title="Reset your password">
      {methods?.mail === false ? (
        <Text>This server sends no mail. Ask an administrator for a link to set your password.</Text>
      ) : reset.isSuccess ? (
        <Alert role="status">
          If {email} is the address of a user, a link is on its way to it. The link works for an hour.
        </Alert>
      ) : (
        <form onSubmit={send}>
          <Stack>
            {reset.isError && (
              <Alert color="red" role="alert">
                {messageOf(reset.error)}
              </Alert>
            )}
            <TextInput
              label="E-mail address"
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <Button type="submit" loading={reset.isPending}>
              Mail me a link
            </Button>
          </Stack>
        </form>
      )}
      <Anchor component={Link} to="/log-in" size="sm">
        Back to log-in
      </Anchor>
    </Frame>
  );
}
