import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Session } from '../../contract/sessions.js';
import { api } from '../api.js';
import { SentForm } from '../sent-form.js';
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
  return (
    <SentForm error={logIn.error} onSend={logIn.mutate}>
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
    </SentForm>
  );
}
