import * as client from 'openid-client';
import type { OidcAttempt } from '../../db/oidc-attempts.js';
import { AppError } from '../../errors.js';

// The OpenID provider with which people log in: OpenID Connect Core 1.0, the authorization code flow with PKCE.

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Null for a public client. */
  readonly clientSecret: string | null;
  /** Whose users log in this way. */
  readonly accountId: string;
  readonly scopes: string;
  /** Whether a provider that says nothing of it is believed to have verified the address. */
  readonly emailVerified: 'required' | 'optional';
}

type Checks = Omit<OidcAttempt, 'returnTo'>;

export interface OidcProvider {
  /** Where the browser goes to log in, and what its coming back must fit. */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly checks: Checks }>;
  /**
   * The verified e-mail address of whoever came back, by the URL that they came to. Throws `forbidden` for whatever is not as
   * it was begun, and `unavailable` where the provider cannot be asked.
   */
  end(url: URL, checks: Checks): Promise<string>;
}

const TIMEOUT_SECONDS = 10;

export function createOidcProvider(settings: OidcSettings): OidcProvider {
  let discovered: Promise<client.Configuration> | undefined;
  /** What the provider says of itself; asked again where that failed. */
  const configuration = async () => {
    discovered ??= discover(settings);
    try {
      return await discovered;
    } catch {
      discovered = undefined;
      throw new AppError('unavailable', 'The OpenID provider cannot be reached, or does not describe itself.');
    }
  };
  return {
    async begin(redirectUri) {
      const known = await configuration();
      const codeVerifier = client.randomPKCECodeVerifier();
      const checks = { state: client.randomState(), nonce: client.randomNonce(), codeVerifier };
      const url = client.buildAuthorizationUrl(known, {
        redirect_uri: redirectUri,
        scope: settings.scopes,
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, checks };
    },
    async end(url, { state, nonce, codeVerifier }) {
      const known = await configuration();
      try {
        const tokens = await client.authorizationCodeGrant(known, url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
        });
        const inToken = tokens.claims()!;
        // Many providers put the address where it must be asked for; it is of the same subject, which is checked.
        const claims =
          inToken.email === undefined ? await client.fetchUserInfo(known, tokens.access_token, inToken.sub) : inToken;
        return verifiedEmail(claims, settings);
      } catch (error) {
        throw explain(error);
      }
    },
  };
}

function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<client.Configuration> {
  const url = new URL(issuer);
  // Settings let plain http through for this machine alone.
  const execute = [
    client.enableNonRepudiationChecks,
    ...(url.protocol === 'http:' ? [client.allowInsecureRequests] : []),
  ];
  const authentication = clientSecret === null ? client.None() : bySecret(clientSecret);
  return client.discovery(url, clientId, undefined, authentication, { execute, timeout: TIMEOUT_SECONDS });
}

/** By HTTP Basic, which every provider takes unless it says otherwise (OpenID Connect Discovery 1.0 §3). */
function bySecret(secret: string): client.ClientAuth {
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)];
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (methods.includes('client_secret_basic') ? basic : post)(server, ...rest);
  };
}

function verifiedEmail(
  { email, email_verified: verified }: client.IDToken | client.UserInfoResponse,
  { emailVerified }: OidcSettings,
): string {
  if (typeof email !== 'string' || email === '' || email.includes('\0')) {
    throw new AppError(
      'forbidden',
      'The OpenID provider does not tell your e-mail address: the scope `email` may be missing.',
    );
  }
  // Some send it as text.
  const isVerified = verified === true || verified === 'true';
  if (isVerified || (verified === undefined && emailVerified === 'optional')) return email;
  throw new AppError('forbidden', 'The OpenID provider does not say that it has verified your e-mail address.');
}

function explain(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof client.AuthorizationResponseError) {
    // The rest of it is whatever the URL says.
    const why = /^[a-z_]{1,50}$/.test(error.error) ? ` (${error.error})` : '';
    return new AppError('forbidden', `The OpenID provider did not log you in${why}.`);
  }
  const unreachable =
    (error instanceof TypeError && error.message === 'fetch failed') ||
    (error instanceof client.ClientError && error.code === 'OAUTH_TIMEOUT');
  if (unreachable) return new AppError('unavailable', 'The OpenID provider cannot be reached.');
  if (error instanceof client.ClientError || error instanceof client.ResponseBodyError) {
    return new AppError(
      'forbidden',
      'What came back from the OpenID provider does not belong to this log-in: begin again.',
    );
  }
  return error;
}
