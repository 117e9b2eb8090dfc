import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Session } from '../../contract/sessions.js';
import { api, messageOf } from '../api.js';
import { sessionQuery } from '../session.js';

interface LogInFormProps {
  /** The address of whoever logs in again; it cannot be changed then. */
  readonly email?: string;
  readonly onLoggedIn: (session: Session) => void;
}

/** Asks for an e-mail address and a password. */
export function LogInForm({ email, onLoggedIn }: LogInFormProps) {
  const queryClient = useQueryClient();
  const [address, setAddress] = useState(email ?? '');
  const [password, setPassword] = useState('');
  const logIn = useMutation({
    mutationFn: () => api.v1.logIn({ body: { email: address, password } }),
    onSuccess: (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      onLoggedIn(session);
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    logIn.mutate();
  };
  return (
    <form onSubmit={send}>
      <Stack>
        {logIn.isError && (
          <Alert color="red" role="alert">
            {messageOf(logIn.error)}
          </Alert>
        )}
        <TextInput
          label="E-mail address"
          type="email"
          name="email"
          autoComplete="username"
          required
          readOnly={email !== undefined}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          data-autofocus={email !== undefined}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={logIn.isPending}>
          Log in
        </Button>
      </Stack>
    </form>
  );
}
