import { Alert, Anchor, Button, Divider } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { logInMethodsQuery } from '../session.js';
import { TextLink } from '../text-link.js';
import { Frame } from './frame.js';
import { LogInForm } from './log-in-form.js';

const route = getRouteApi('/log-in');

export function LogInPage() {
  const { to = '/calls', fault } = route.useSearch();
  const router = useRouter();
  const { data: methods } = useQuery(logInMethodsQuery);
  const provider = methods?.openIdConnect;
  return (
    <Frame title="Log in to Debrief">
      {methods?.setup && (
        <Alert title="Nobody is here yet">
          {methods.setup.allowed ? (
            <>
              Open the link that Debrief printed when it started, or{' '}
              <TextLink to="/setup">begin with its token</TextLink>.
            </>
          ) : (
            'Whoever runs this server makes the first account, and then invites you.'
          )}
        </Alert>
      )}
      {fault !== undefined && (
        <Alert color="red" role="alert">
          {fault === 'unreachable'
            ? 'Your organisation’s log-in cannot be reached. Try again in a while, or use a password.'
            : 'Your organisation’s log-in did not let you in. Try again, or ask an administrator whether you are a user here.'}
        </Alert>
      )}
      {provider && (
        <>
          <Button component="a" href={`${provider.logInUrl}?returnTo=${encodeURIComponent(to)}`} variant="default">
            Log in with your organisation
          </Button>
          <Divider label="or" />
        </>
      )}
      <LogInForm onLoggedIn={() => router.history.push(to)} />
      <Anchor component={Link} to="/forgot" size="sm">
        Forgot your password?
      </Anchor>
    </Frame>
  );
}
