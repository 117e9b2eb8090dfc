-- Recordings: files in the object store, what is made of them, and how far it is.

-- Every object that Debrief stores. The row is committed before the first byte is written, so that no object is without
-- one, even if the writer is killed.
create table stored_objects (
  account_id text collate "C" not null references accounts,
  object_id uuid not null,
  -- Null while it belongs to no call: an upload under way.
  call_id text collate "C",
  -- Null until it is stored.
  size_bytes bigint,
  -- When its writer last said that it lives.
  touched_at timestamptz not null default now(),
  -- Since when it is to be removed. The row goes once the store has confirmed it.
  doomed_at timestamptz,
  primary key (account_id, object_id)
);
-- Deleting a call dooms its objects.
create index stored_objects_by_call on stored_objects (account_id, call_id) where call_id is not null;
-- What is to be removed, and what killed writers left: nearly always nothing.
create index stored_objects_doomed on stored_objects (account_id, doomed_at) where doomed_at is not null;
create index stored_objects_unfinished on stored_objects (touched_at) where size_bytes is null;

-- Counts the recordings that a call has had. What was made of an earlier one is stale.
alter table calls add column media_version bigint not null default 0;

-- A call's recording, as it was sent: one file, or one for each leg.
create table recordings (
  account_id text collate "C" not null,
  call_id text collate "C" not null,
  leg integer not null check (leg between 1 and 8),
  -- Null once the file was dropped because the call is complete.
  object_id uuid,
  -- Seconds after the start of the call.
  start_seconds double precision not null default 0 check (start_seconds >= 0),
  size_bytes bigint not null,
  sha256 bytea not null,
  file_name text,
  -- The channel of the account's own side.
  ours text check (ours in ('left', 'right')),
  -- Whether it is to be recognised even where the call has a transcript.
  transcribe boolean not null default false,
  uploaded_at timestamptz not null default now(),
  primary key (account_id, call_id, leg),
  foreign key (account_id, call_id) references calls on delete cascade
);
-- The same file sent again finds its call.
create index recordings_by_digest on recordings (account_id, sha256);

-- What was decoded from a call's recording.
create table renditions (
  account_id text collate "C" not null,
  call_id text collate "C" not null,
  -- Of the recording that it was made from.
  media_version bigint not null,
  object_id uuid not null,
  size_bytes bigint not null,
  duration_seconds double precision not null,
  sample_rate integer not null,
  channels integer not null,
  silent_channels integer[] not null,
  -- 2000 bytes a channel: the largest amplitude in each part.
  peaks bytea not null,
  sources json not null,
  notes text[] not null,
  decoder text not null,
  made_at timestamptz not null default now(),
  primary key (account_id, call_id),
  foreign key (account_id, call_id) references calls on delete cascade
);

-- What a speech engine returned, so that a later failure costs no second recognition.
create table recognitions (
  account_id text collate "C" not null,
  call_id text collate "C" not null,
  media_version bigint not null,
  engine text not null,
  raw_length integer not null,
  -- Raw deflate of JSON.
  deflated bytea not null,
  made_at timestamptz not null default now(),
  primary key (account_id, call_id),
  foreign key (account_id, call_id) references calls on delete cascade
);
alter table recognitions alter column deflated set storage external;

-- Where a call's transcript is from. A call whose source sent its words as they are has no row.
create table transcript_origins (
  account_id text collate "C" not null,
  call_id text collate "C" not null,
  origin text not null check (origin in ('recognized', 'file', 'edited')),
  -- The engine, or the format of the file.
  made_by text not null,
  language text,
  -- Ranges of words whose times are interpolated: index of the first, index after the last, and so on.
  interpolated integer[] not null default '{}',
  notes text[] not null default '{}',
  primary key (account_id, call_id),
  foreign key (account_id, call_id) references calls on delete cascade
);

-- How far the steps of a call's processing are. A step without a row has not been asked for.
create table processing_steps (
  account_id text collate "C" not null,
  call_id text collate "C" not null,
  step text not null check (step in ('decode', 'transcribe', 'summarize')),
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'skipped')),
  -- From 0 to 1.
  progress double precision not null default 0,
  attempts integer not null default 0,
  -- Why it failed, waits or was skipped.
  reason text,
  engine text,
  started_at timestamptz,
  finished_at timestamptz,
  primary key (account_id, call_id, step),
  foreign key (account_id, call_id) references calls on delete cascade
);
-- What failed, and what waits for an engine to be configured.
create index processing_steps_held on processing_steps (account_id, state, call_id) where state in ('failed', 'waiting');

-- A summary that Debrief made. A call whose source sent its summary has no row.
create table call_summaries (
  account_id text collate "C" not null,
  call_id text collate "C" not null,
  engine text not null,
  -- Of the content that it was made from.
  content_version bigint not null,
  -- The summary with the seconds of each item.
  cited json not null,
  made_at timestamptz not null default now(),
  primary key (account_id, call_id),
  foreign key (account_id, call_id) references calls on delete cascade
);

-- How the account's recordings are recognised.
alter table accounts
  -- Which channel of a two-channel recording is the account's own side, unless its sender says.
  add column ours text check (ours in ('left', 'right')),
  -- Names and terms that recognition should expect.
  add column speech_names text[] not null default '{}';
