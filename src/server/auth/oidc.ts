import * as client from 'openid-client';
import type { OidcAttempt } from '../../db/oidc-attempts.js';
import { AppError } from '../../errors.js';

// Log-in with an OpenID provider: OpenID Connect Core 1.0, the authorization code flow with PKCE (RFC 7636).

/** Settings of the provider. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Null for a public client. */
  readonly clientSecret: string | null;
  /** The account whose users log in this way. */
  readonly accountId: string;
  readonly scopes: string;
  /** Whether the address of a provider that does not say whether it verified it is accepted. */
  readonly emailVerified: 'required' | 'optional';
}

type Checks = Omit<OidcAttempt, 'returnTo'>;

/** The provider, as log-in uses it. */
export interface OidcProvider {
  /** Begins a log-in. Returns the URL to which the browser is sent, and what its return must match. */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly checks: Checks }>;
  /**
   * Ends a log-in, with the URL that the browser came back to. Returns the user's verified e-mail address.
   * @throws AppError `forbidden` if it does not match the log-in that was begun, `unavailable` if the provider cannot
   * be reached.
   */
  end(url: URL, checks: Checks): Promise<string>;
}

const TIMEOUT_SECONDS = 10;

/** Makes a provider. It is discovered when it is first needed. */
export function createOidcProvider(settings: OidcSettings): OidcProvider {
  let discovered: Promise<client.Configuration> | undefined;
  /** The provider's own description; asked for again after a failure. */
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
        // Many providers have the address only in their user info. It belongs to the same subject, which is checked.
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
  // The settings allow plain http only for this machine.
  const execute = [
    client.enableNonRepudiationChecks,
    ...(url.protocol === 'http:' ? [client.allowInsecureRequests] : []),
  ];
  const authentication = clientSecret === null ? client.None() : bySecret(clientSecret);
  return client.discovery(url, clientId, undefined, authentication, { execute, timeout: TIMEOUT_SECONDS });
}

/**
 * Authenticates by HTTP Basic, which every provider accepts unless it says otherwise (OpenID Connect Discovery 1.0 §3),
 * or else by POST.
 */
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
      'The OpenID provider does not give your e-mail address: the scope `email` may be missing.',
    );
  }
  // Some providers send it as text.
  const isVerified = verified === true || verified === 'true';
  if (isVerified || (verified === undefined && emailVerified === 'optional')) return email;
  throw new AppError('forbidden', 'The OpenID provider does not say that it has verified your e-mail address.');
}

function explain(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof client.AuthorizationResponseError) {
    // The rest of the error is whatever the URL says.
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
