import { Button, Group, PasswordInput, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ComponentProps, useState } from 'react';
import { api } from '../api.js';
import { browserZone } from '../instants.js';
import { SentForm } from '../sent-form.js';
import { logInMethodsQuery, sessionQuery } from '../session.js';
import { Failed, Waiting } from '../shell/states.js';
import { TextLink } from '../text-link.js';
import { TimeZoneSelect } from '../time-zone-select.js';
import { Frame } from './frame.js';
import { useLinkToken } from './link-token.js';

/** The first run: makes the account and its first administrator. */
export function SetupPage() {
  const token = useLinkToken();
  const methods = useQuery(logInMethodsQuery);
  if (methods.isError) return <Failed error={methods.error} />;
  if (methods.isPending) return <Waiting />;
  const { setup } = methods.data;
  if (setup === null) {
    return (
      <Frame title="Debrief is set up">
        <Text>An account is here already. If you have no user in it, ask an administrator to invite you.</Text>
        <TextLink to="/log-in">Log in</TextLink>
      </Frame>
    );
  }
  if (!setup.allowed) {
    return (
      <Frame title="Not from here">
        <Text>
          Debrief has no account yet. The first one is made on the machine that Debrief runs on: open the link that it
          printed when it started.
        </Text>
        <Text>To make it from anywhere, start Debrief with the setting SETUP_TOKEN.</Text>
      </Frame>
    );
  }
  return <SetupForm linkToken={token} />;
}

function SetupForm({ linkToken }: { readonly linkToken: string | null }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [values, setValues] = useState({
    token: linkToken ?? '',
    name: '',
    timeZone: browserZone(),
    firstName: '',
    lastName: '',
    email: '',
    password: '',
  });
  const setUp = useMutation({
    mutationFn: () => {
      const { token, name, timeZone, ...admin } = values;
      return api.v1.setUp({ body: { token: token.trim(), account: { name, timeZone }, admin } });
    },
    onSuccess: (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      void queryClient.invalidateQueries({ queryKey: logInMethodsQuery.queryKey });
      return navigate({ to: '/calls' });
    },
  });
  const field = (name: keyof typeof values) => ({
    required: true,
    value: values[name],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => {
      const { value } = event.currentTarget;
      setValues((before) => ({ ...before, [name]: value }));
    },
  });
  return (
    <Frame title="Welcome to Debrief">
      <Text>Nobody is here yet. Say who you are, and start.</Text>
      <SentForm error={setUp.error} onSend={setUp.mutate}>
        {linkToken === null && (
          <PasswordInput
            label="Setup token"
            description="The value of SETUP_TOKEN, or the end of the link that the server printed"
            autoComplete="off"
            {...field('token')}
          />
        )}
        <Part>Your company</Part>
        <TextInput label="Company" autoComplete="organization" maxLength={200} {...field('name')} />
        <TimeZoneSelect
          label="Time zone"
          description="Of your company. Everybody may choose another one for themselves."
          value={values.timeZone}
          onChange={(timeZone) => setValues((before) => ({ ...before, timeZone }))}
        />
        <Part>You, the first administrator</Part>
        <Group grow align="start">
          <TextInput label="First name" autoComplete="given-name" maxLength={200} {...field('firstName')} />
          <TextInput label="Last name" autoComplete="family-name" maxLength={200} {...field('lastName')} />
        </Group>
        <TextInput label="E-mail address" type="email" autoComplete="username" {...field('email')} />
        <PasswordInput
          label="Password"
          description="10 characters or more. Not your e-mail address, and none of the commonest passwords."
          autoComplete="new-password"
          {...field('password')}
        />
        <Button type="submit" loading={setUp.isPending}>
          Start
        </Button>
      </SentForm>
    </Frame>
  );
}

const Part = (props: ComponentProps<'h2'>) => <Title order={2} size="h5" mt="xs" {...props} />;
