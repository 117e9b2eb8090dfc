-- People who log in: passwords, sessions, links to set a password, log-ins by OpenID Connect. Whatever is a secret is
-- stored as a hash or a digest: nobody can log in with what is in here.

create table user_passwords (
  account_id text collate "C" not null,
  user_id text collate "C" not null,
  -- Argon2id, as a PHC string: its cost is in it.
  hash text not null,
  changed_at timestamptz not null,
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users
);

create table sessions (
  account_id text collate "C" not null,
  session_id text collate "C" not null,
  user_id text collate "C" not null,
  -- SHA-256 of the cookie's 256 random bits.
  token_digest bytea not null,
  method text not null check (method in ('password', 'link', 'oidc')),
  user_agent text,
  created_at timestamptz not null,
  -- Moved at most once an hour.
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (account_id, session_id),
  foreign key (account_id, user_id) references users
);
-- A request names its session before its account is known.
create unique index sessions_by_token on sessions (token_digest);
-- A person's sessions: their list, and all of them ending at once.
create index sessions_by_user on sessions (account_id, user_id, created_at);
-- The sweep of those that have ended.
create index sessions_by_end on sessions (expires_at);
create index sessions_by_last_seen on sessions (last_seen_at);

-- Links with which somebody sets their password. One that is used is gone.
create table password_links (
  account_id text collate "C" not null,
  link_id text collate "C" not null,
  user_id text collate "C" not null,
  purpose text not null check (purpose in ('invite', 'reset')),
  token_digest bytea not null,
  -- Whom it was meant for: it is void once the user has another address.
  email text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (account_id, link_id),
  foreign key (account_id, user_id) references users
);
-- Whoever comes with a link says nothing of its account.
create unique index password_links_by_token on password_links (token_digest);
-- Those of a user: a new one takes the place of the old, and a password that is set ends all.
create index password_links_by_user on password_links (account_id, user_id);
-- The sweep.
create index password_links_by_end on password_links (expires_at);

-- Failed log-ins by e-mail address, whether a user has it or not: it belongs to no account. The last ten of each.
create table log_in_failures (
  email_digest bytea primary key,
  failed_at timestamptz[] not null
);

-- Log-ins by OpenID Connect that were begun in a browser; each ends once.
create table oidc_attempts (
  account_id text collate "C" not null references accounts,
  token_digest bytea not null,
  state text not null,
  nonce text not null,
  code_verifier text not null,
  return_to text not null,
  expires_at timestamptz not null,
  primary key (account_id, token_digest)
);
-- The sweep.
create index oidc_attempts_by_end on oidc_attempts (expires_at);

-- Log-in finds the users of an address in every account.
create index users_to_log_in on users (lower(email)) where active;
