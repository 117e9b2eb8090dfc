-- Calls, light: what the wire needs of one is ready-made JSON text in its row; transcripts and topic
-- matches are fragments, stored once as the deflated bytes that a gzip answer is spliced from.

create table calls (
  account_id text collate "C" not null references accounts,
  call_id text collate "C" not null,
  external_id text collate "C",
  caller_id text collate "C",
  -- What the source said of the caller, kept so that a user who is added later still resolves.
  given_caller_email text,
  given_caller_system_id text,
  call_time timestamptz not null,
  -- Seconds, as the source gave it, and the end of the last word.
  duration double precision,
  words_end double precision,
  direction text not null check (direction in ('INBOUND', 'OUTBOUND', 'SCREENSHARE')),
  state text not null check (state in ('PENDING', 'TRANSCRIBING', 'ANALYZING', 'COMPLETE', 'ERROR')),
  error_reason text,
  original_path text,
  metadata json not null default '{}',
  crm_matches json not null default '[]',
  call_summary json,
  stats json,
  question_counts json,
  transcript_fragment_id bigint,
  topics_fragment_id bigint,
  -- Counts the transcripts and speakers this call has had: a job that began with an older one is stale.
  content_version bigint not null default 1,
  -- The account's versions that stats and matches were made with.
  topics_version bigint not null default 0,
  people_version bigint not null default 0,
  created_at timestamptz not null default now(),
  -- Null only inside the transaction that creates the call.
  first_stamp timestamptz,
  stamp timestamptz,
  primary key (account_id, call_id),
  foreign key (account_id, caller_id) references users
);
-- The feed of calls: a page is one range of this index.
create index calls_feed on calls (account_id, stamp, call_id);
-- The feed of topic matches: only COMPLETE calls have an entry.
create index call_topics_feed on calls (account_id, stamp, call_id) where state = 'COMPLETE';
-- The same externalId posted again finds its call.
-- Search by metadata.id compares in lower case.
create index calls_by_lower_id on calls (account_id, lower(call_id));
create unique index calls_by_external_id on calls (account_id, external_id) where external_id is not null;
-- A changed e-mail address restamps its caller's calls, in batches by id.
create index calls_by_caller on calls (account_id, caller_id, call_id);
-- A new user takes the calls that named them before they existed.
create index calls_by_given_email on calls (account_id, lower(given_caller_email)) where caller_id is null;
create index calls_by_given_system_id on calls (account_id, given_caller_system_id) where caller_id is null;
-- Finds what has not been matched with the account's current topics.
create index calls_by_topics_version on calls (account_id, topics_version, call_id) where state = 'COMPLETE';

create table participants (
  account_id text collate "C" not null,
  call_id text collate "C" not null,
  speaker_number integer not null,
  email text,
  first_name text,
  last_name text,
  -- As the source gave it; the type that is served is resolved from it, the users and the CRM contacts.
  given_type text check (given_type in ('INTERNAL', 'EXTERNAL', 'UNKNOWN')),
  primary key (account_id, call_id, speaker_number),
  foreign key (account_id, call_id) references calls on delete cascade
);
-- A new or changed user re-resolves the speakers with their address.
create index participants_by_email on participants (account_id, lower(email), call_id);

-- Wire fragments: immutable, one id a version. A replaced one stays some minutes for answers under way.
create table fragments (
  account_id text collate "C" not null,
  fragment_id bigint generated always as identity,
  call_id text collate "C" not null,
  raw_length integer not null,
  crc32 bigint not null,
  -- Raw deflate, level 6, ended by a full flush (00 00 FF FF).
  deflated bytea not null,
  replaced_at timestamptz,
  primary key (account_id, fragment_id)
);
-- Already deflated: compressing again would cost time and win nothing.
alter table fragments alter column deflated set storage external;
-- Erasing a call erases every version.
create index fragments_by_call on fragments (account_id, call_id);
-- The sweep of replaced ones.
create index fragments_replaced on fragments (replaced_at) where replaced_at is not null;

-- The analysis form of a call's transcript: what statistics and topic matching read.
create table analysis_forms (
  account_id text collate "C" not null,
  call_id text collate "C" not null,
  raw_length integer not null,
  deflated bytea not null,
  primary key (account_id, call_id),
  foreign key (account_id, call_id) references calls on delete cascade
);
alter table analysis_forms alter column deflated set storage external;

-- Whole-value search in metadata. Field and lower-cased value are kept as one 128-bit digest, because a
-- value may be longer than an index entry can be.
create table metadata_values (
  account_id text collate "C" not null,
  digest uuid not null,
  call_id text collate "C" not null,
  primary key (account_id, digest, call_id),
  foreign key (account_id, call_id) references calls on delete cascade
);
create index metadata_values_by_call on metadata_values (account_id, call_id);

-- Tombstones: nothing of the call but what the feed of deleted calls shows and what paging needs.
create table deleted_calls (
  account_id text collate "C" not null references accounts,
  call_id text collate "C" not null,
  caller_id text collate "C",
  call_time timestamptz not null,
  -- The call's own first and last stamp in its feed.
  first_stamp timestamptz not null,
  last_stamp timestamptz not null,
  -- deletedAt: this entry's stamp in the feed of deleted calls. Null only inside the deleting transaction.
  stamp timestamptz,
  primary key (account_id, call_id)
);
create index deleted_calls_feed on deleted_calls (account_id, stamp, call_id);
