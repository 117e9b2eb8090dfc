import { Alert, Anchor, Button, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api.js';
import { SentForm } from '../sent-form.js';
import { logInMethodsQuery } from '../session.js';
import { Waiting } from '../shell/states.js';
import { Frame } from './frame.js';

export function ForgotPage() {
  const { data: methods, isPending } = useQuery(logInMethodsQuery);
  const [email, setEmail] = useState('');
  const reset = useMutation({ mutationFn: () => api.v1.resetPassword({ body: { email } }) });
  return (
    <Frame title="Reset your password">
      {isPending ? (
        <Waiting />
      ) : methods?.mail === false ? (
        <Text>This server sends no mail. Ask an administrator for a link to set your password.</Text>
      ) : reset.isSuccess ? (
        <Alert role="status">
          If {email} is the address of a user, a link is on its way to it. The link works for an hour.
        </Alert>
      ) : (
        <SentForm error={reset.error} onSend={reset.mutate}>
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
        </SentForm>
      )}
      <Anchor component={Link} to="/log-in" size="sm">
        Back to log-in
      </Anchor>
    </Frame>
  );
}
