-- Transcripts that people correct, and files that are imported again.

-- The SHA-256 of the file that the transcript was imported from, even if it was edited since: the same file again changes
-- nothing.
alter table transcript_origins add column file_sha256 bytea;

-- What people changed of a call's transcript. Its words are erased with the call.
create table transcript_edits (
  account_id text collate "C" not null,
  call_id text collate "C" not null,
  -- Counted from 1 in each call, over all its transcripts.
  number integer not null,
  at timestamptz not null default clock_timestamp(),
  by_kind text not null check (by_kind in ('user', 'credential', 'command')),
  by_id text collate "C",
  -- Index of the first word that it replaced, at its time.
  first_word integer not null,
  -- Words as the wire shows them, before and after, with the marks of interpolated times.
  removed json not null,
  added json not null,
  -- The edit that it undoes.
  undoes integer,
  -- The fragment that it made: edits of a transcript that was replaced since cannot be undone.
  made_fragment_id bigint not null,
  primary key (account_id, call_id, number),
  foreign key (account_id, call_id) references calls on delete cascade
);
