import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { api } from '../api.js';
import { Fault } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { Waiting } from '../shell/states.js';
import { TextLink } from '../text-link.js';
import { Frame } from './frame.js';
import { useLinkToken } from './link-token.js';

/** Where the links of a demo lead: logs in as one of its people. */
export function DemoPage() {
  const token = useLinkToken();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { mutate, error } = useMutation({
    mutationFn: () => api.v1.logInToDemo({ body: { token: token ?? '-' } }),
    onSuccess: (session) => {
      // Whoever was logged in before, nothing of theirs stays.
      queryClient.clear();
      queryClient.setQueryData(sessionQuery.queryKey, session);
      return navigate({ to: '/calls', replace: true });
    },
  });
  useEffect(() => mutate(), [mutate]);
  if (error === null) return <Waiting />;
  return (
    <Frame title="This link has ended">
      <Fault error={error} />
      <Text>A demo prints new links each time that it starts.</Text>
      <TextLink to="/log-in">Log in</TextLink>
    </Frame>
  );
}
