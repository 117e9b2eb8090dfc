-- Clips: ranges of calls that people name, share and put into playlists. A clip goes with its call.
create table clips (
  account_id text collate "C" not null,
  clip_id text collate "C" not null,
  call_id text collate "C" not null,
  title text not null,
  note text,
  -- Seconds of the call.
  start_seconds double precision not null check (start_seconds >= 0),
  end_seconds double precision not null,
  created_by text collate "C" not null,
  created_at timestamptz not null,
  primary key (account_id, clip_id),
  foreign key (account_id, call_id) references calls on delete cascade,
  foreign key (account_id, created_by) references users,
  check (end_seconds > start_seconds)
);
-- The clips of a call, the newest first; and the cascade.
create index clips_by_call on clips (account_id, call_id, created_at, clip_id);
-- The list, the newest first: of the account, and of a person.
create index clips_by_time on clips (account_id, created_at, clip_id);
create index clips_by_creator on clips (account_id, created_by, created_at, clip_id);

-- The sound of a clip, cut for those who may hear no more of the call. The object belongs to the call.
create table clip_sounds (
  account_id text collate "C" not null,
  clip_id text collate "C" not null,
  -- `none`: the recording has no sound in the clip's range.
  state text not null check (state in ('waiting', 'done', 'none', 'failed')),
  object_id uuid,
  size_bytes bigint,
  duration_seconds double precision,
  channels integer,
  silent_channels integer[],
  -- 2000 bytes a channel: the largest amplitude in each part.
  peaks bytea,
  primary key (account_id, clip_id),
  foreign key (account_id, clip_id) references clips on delete cascade,
  check ((state = 'done') = (object_id is not null))
);

create table clip_shares (
  account_id text collate "C" not null,
  share_id text collate "C" not null,
  clip_id text collate "C" not null,
  shared_by text collate "C" not null,
  shared_at timestamptz not null,
  -- Who sees the clip by it, until it is revoked: these people, and whoever is in these teams at the time.
  recipient_user_ids text[] collate "C" not null,
  recipient_team_ids text[] collate "C" not null,
  recipient_emails text[] not null,
  message text,
  -- Whether its links also let people hear the clip.
  audio boolean not null,
  revoked_at timestamptz,
  primary key (account_id, share_id),
  foreign key (account_id, clip_id) references clips on delete cascade,
  foreign key (account_id, shared_by) references users
);
-- Who sees a clip by a share: asked for every clip that is shown to a person. The cascade, too.
create index clip_shares_by_clip on clip_shares (account_id, clip_id, shared_at, share_id);
-- The account's list, in order of sharing.
create index clip_shares_by_time on clip_shares (account_id, shared_at, share_id);

-- An outsider's way to the clip, one each. Revoked and replaced ones are removed.
create table clip_share_links (
  account_id text collate "C" not null,
  share_id text collate "C" not null,
  email text not null,
  -- SHA-256 of 256 random bits, which are stored nowhere.
  token_hash bytea not null,
  expires_at timestamptz not null,
  primary key (account_id, share_id, email),
  foreign key (account_id, share_id) references clip_shares on delete cascade
);
-- Whoever opens a link names nothing but its token.
create unique index clip_share_links_by_token on clip_share_links (token_hash);

-- Openings of a link: one row a recipient, address, browser and hour.
create table clip_share_accesses (
  account_id text collate "C" not null,
  access_id bigint generated always as identity,
  share_id text collate "C" not null,
  email text not null,
  at timestamptz not null,
  last_at timestamptz not null,
  openings integer not null default 1,
  ip text not null,
  user_agent text,
  primary key (account_id, access_id),
  foreign key (account_id, share_id) references clip_shares on delete cascade
);
-- The openings of a share, the newest first; and the cascade.
create index clip_share_accesses_by_share on clip_share_accesses (account_id, share_id, access_id);
-- One row an hour; an opening finds its row by it.
create unique index clip_share_accesses_by_hour on clip_share_accesses
  (account_id, share_id, email, ip, coalesce(user_agent, ''), date_trunc('hour', at at time zone 'UTC'));

-- Playlists: clips and calls in an order.
create table playlists (
  account_id text collate "C" not null,
  playlist_id text collate "C" not null,
  title text not null,
  note text,
  owner_id text collate "C" not null,
  created_at timestamptz not null,
  -- Who sees it besides its owner: these people, and whoever is in these teams at the time.
  shared_user_ids text[] collate "C" not null default '{}',
  shared_team_ids text[] collate "C" not null default '{}',
  -- Counts its changes, those of its items too.
  revision integer not null default 1,
  primary key (account_id, playlist_id),
  foreign key (account_id, owner_id) references users
);
-- The list, the newest first: of the account, and of a person.
create index playlists_by_time on playlists (account_id, created_at, playlist_id);
create index playlists_by_owner on playlists (account_id, owner_id, created_at, playlist_id);

create table playlist_items (
  account_id text collate "C" not null,
  item_id uuid not null,
  playlist_id text collate "C" not null,
  place integer not null,
  clip_id text collate "C",
  call_id text collate "C",
  primary key (account_id, item_id),
  foreign key (account_id, playlist_id) references playlists on delete cascade,
  foreign key (account_id, clip_id) references clips on delete cascade,
  foreign key (account_id, call_id) references calls on delete cascade,
  check (num_nonnulls(clip_id, call_id) = 1)
);
-- A playlist's items in their order; and the cascade.
create index playlist_items_by_place on playlist_items (account_id, playlist_id, place);
-- A clip and a call are in a playlist once. Erasing one takes its items by these, too.
create unique index playlist_items_by_clip on playlist_items (account_id, clip_id, playlist_id) where clip_id is not null;
create unique index playlist_items_by_call on playlist_items (account_id, call_id, playlist_id) where call_id is not null;
