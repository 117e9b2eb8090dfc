-- Accounts, their credentials, and what every feed stands on: the head, the stamps and the remembered ends.
-- Ids and every other text that is sorted or compared use the C collation: byte order, the same on every server.

create table accounts (
  account_id text collate "C" primary key,
  name text not null,
  time_zone text not null default 'America/New_York',
  -- Bumped by whatever can change the analysis of stored calls. A worker that began with older ones starts again.
  topics_version bigint not null default 1,
  people_version bigint not null default 1,
  next_topic_id bigint not null default 1,
  created_at timestamptz not null default now()
);

create table credentials (
  account_id text collate "C" not null references accounts,
  credential_id text collate "C" not null,
  -- SHA-256 of a random 192-bit password: with that much entropy a slow hash would add nothing.
  password_hash bytea not null,
  scopes text[] not null,
  day_rate double precision,
  night_rate double precision,
  unlimited boolean not null default false,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (account_id, credential_id)
);
-- A request names its credential before its account is known.
create unique index credentials_by_id on credentials (credential_id);

-- The newest stamp an account has given out. Durable, so that a clock set back never repeats one.
create table feed_heads (
  account_id text collate "C" primary key references accounts,
  head timestamptz not null
) with (fillfactor = 50);

-- Stamps are microseconds whose last digit is never 0: never a whole millisecond, and still six digits
-- long in clients that drop trailing zeros. Nine of every ten microseconds can be stamps; this is the
-- (n + 1)th one at or after `base`.
create function nth_stamp(base timestamptz, n bigint) returns timestamptz
language sql immutable strict as $$
  select timestamptz 'epoch' + ((slot / 9) * 10 + slot % 9 + 1) * interval '1 microsecond'
  from (
    select (micros / 10) * 9 + greatest(micros % 10 - 1, 0) + n as slot
    from (select (extract(epoch from base) * 1000000)::bigint as micros) as parts
  ) as slots
$$;

-- Takes `count` stamps for the account and returns the first; nth_stamp(first, k) are the others.
-- The lock is held until commit and taken last, so stamps become visible in their own order: whoever
-- comes next reads the clock only after this transaction's entries can be seen.
create function take_stamps(account text, count bigint) returns timestamptz
language plpgsql volatile strict as $$
declare
  first timestamptz;
begin
  perform pg_advisory_xact_lock(hashtextextended(account, 7310579));
  select nth_stamp(greatest(clock_timestamp(), head + interval '1 microsecond'), 0)
    into first from feed_heads where account_id = account;
  update feed_heads set head = nth_stamp(first, count - 1) where account_id = account;
  return first;
end
$$;

-- Where each credential's pages ended, and how they were asked for (api-v2 §2).
create table feed_ends (
  account_id text collate "C" not null,
  credential_id text collate "C" not null,
  feed text collate "C" not null,
  -- As sent; '' where there was no last_id.
  asked_since text collate "C" not null,
  asked_last_id text collate "C" not null,
  start_stamp timestamptz not null,
  start_id text collate "C" not null,
  first_answered_at timestamptz not null,
  entry_id text collate "C" not null,
  stamp timestamptz not null,
  -- Every other timestamp of the entry, as it was served.
  times timestamptz[] not null,
  remembered_at timestamptz not null,
  -- Serves replays: the same request again.
  primary key (account_id, credential_id, feed, asked_since, asked_last_id, entry_id, stamp),
  foreign key (account_id, credential_id) references credentials
);
-- Serves a next page asked for with last_id.
create index feed_ends_by_entry on feed_ends (account_id, credential_id, feed, entry_id, remembered_at);
-- Serves a next page asked for by since alone.
create index feed_ends_by_stamp on feed_ends (account_id, credential_id, feed, stamp);
-- Serves the sweep of what is older than seven days, and of what is over a credential's bound.
create index feed_ends_by_age on feed_ends (account_id, credential_id, remembered_at);
