-- Comments and highlights, shares with their links, and listens. All of it is about a call, and goes with it.

-- One row a comment or highlight. A deleted one stays as a tombstone without content: a page that ended at it goes on behind it,
-- its id is not given again, and its replies keep their thread.
create table feedback (
  account_id text collate "C" not null,
  feedback_id text collate "C" not null,
  call_id text collate "C" not null,
  kind text not null check (kind in ('comment', 'highlight')),
  feedback_by text collate "C" not null,
  feedback_at timestamptz not null,
  -- Sanitised HTML.
  text text,
  -- Seconds of the call; a comment has no end.
  start_time double precision not null,
  end_time double precision,
  -- The comment that begins the thread.
  reply_to text collate "C",
  mentions text[] collate "C" not null default '{}',
  deleted boolean not null default false,
  first_stamp timestamptz,
  stamp timestamptz,
  primary key (account_id, feedback_id),
  foreign key (account_id, call_id) references calls on delete cascade,
  foreign key (account_id, feedback_by) references users,
  foreign key (account_id, reply_to) references feedback on delete cascade,
  check ((kind = 'highlight') = (end_time is not null)),
  check (kind = 'comment' or reply_to is null)
);
-- The feed: a page is one range of this index.
create index feedback_feed on feedback (account_id, stamp, feedback_id);
-- The list, in the order in which it was given: of a call (erasing one takes its feedback by this, too), and of the account.
create index feedback_by_call on feedback (account_id, call_id, feedback_at, feedback_id);
create index feedback_by_time on feedback (account_id, feedback_at, feedback_id);
-- Whether a deleted comment still has replies to show; and the cascade.
create index feedback_by_thread on feedback (account_id, reply_to) where reply_to is not null;

create table shares (
  account_id text collate "C" not null,
  share_id text collate "C" not null,
  call_id text collate "C" not null,
  shared_by text collate "C" not null,
  shared_at timestamptz not null,
  -- Who sees the call by it, until it is revoked.
  recipient_user_ids text[] collate "C" not null,
  recipient_emails text[] not null,
  message text,
  revoked_at timestamptz,
  first_stamp timestamptz,
  stamp timestamptz,
  primary key (account_id, share_id),
  foreign key (account_id, call_id) references calls on delete cascade,
  foreign key (account_id, shared_by) references users
);
-- The feed: a page is one range of this index.
create index shares_feed on shares (account_id, stamp, share_id);
-- Who sees a call by a share: asked for every call that is shown to a person. Erasing a call takes its shares by it, too.
create index shares_by_call on shares (account_id, call_id, shared_at, share_id);
-- The account's list, in order of sharing.
create index shares_by_time on shares (account_id, shared_at, share_id);

-- An outsider's way to the call, one each. Revoked and replaced ones are removed.
create table share_links (
  account_id text collate "C" not null,
  share_id text collate "C" not null,
  email text not null,
  -- SHA-256 of 256 random bits, which are stored nowhere.
  token_hash bytea not null,
  expires_at timestamptz not null,
  primary key (account_id, share_id, email),
  foreign key (account_id, share_id) references shares on delete cascade
);
-- Whoever opens a link names nothing but its token.
create unique index share_links_by_token on share_links (token_hash);

-- One row an opening of a link.
create table share_accesses (
  account_id text collate "C" not null,
  access_id bigint generated always as identity,
  share_id text collate "C" not null,
  email text not null,
  at timestamptz not null,
  ip text not null,
  user_agent text,
  primary key (account_id, access_id),
  foreign key (account_id, share_id) references shares on delete cascade
);
-- The openings of a share, the newest first; and the cascade.
create index share_accesses_by_share on share_accesses (account_id, share_id, access_id);

-- One row a listener, call and day.
create table listens (
  account_id text collate "C" not null,
  listen_id text collate "C" not null,
  listener text collate "C" not null,
  call_id text collate "C" not null,
  date date not null,
  -- Milliseconds: what heartbeats add up to, and what was brought in.
  played_ms bigint not null default 0,
  imported_ms bigint not null default 0,
  first_stamp timestamptz,
  stamp timestamptz,
  primary key (account_id, listen_id),
  foreign key (account_id, call_id) references calls on delete cascade,
  foreign key (account_id, listener) references users
);
-- The feed: a page is one range of this index.
create index listens_feed on listens (account_id, stamp, listen_id);
-- One row a day; heartbeats find the listener's days by it.
create unique index listens_by_day on listens (account_id, listener, date, call_id);
-- A call whose caller changes restamps its listens, in batches by id; and the cascade.
create index listens_by_call on listens (account_id, call_id, listen_id);
-- The account's list, by day.
create index listens_by_date on listens (account_id, date, listen_id);

-- What each playback session played, as analysis/listening.ts has it; kept while heartbeats may still come.
create table listen_sessions (
  account_id text collate "C" not null,
  listener text collate "C" not null,
  call_id text collate "C" not null,
  session text collate "C" not null,
  -- When it was first played, as [from, to, shift] in milliseconds.
  pieces json not null,
  -- From the first to the last of that time.
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (account_id, listener, call_id, session),
  foreign key (account_id, call_id) references calls on delete cascade,
  foreign key (account_id, listener) references users
);
-- The cascade.
create index listen_sessions_by_call on listen_sessions (account_id, call_id);
-- A listener's other sessions of the same days.
create index listen_sessions_by_time on listen_sessions (account_id, listener, last_at);
-- The sweep of those that are over.
create index listen_sessions_by_age on listen_sessions (last_at);
