-- The inbox, and what wakes the pages of people who are logged in.

-- Who mentions a person. It finds them by their ids in any account: ids of different accounts are rarely the same.
create index feedback_by_mention on feedback using gin (mentions) where not deleted and mentions <> '{}';
-- Shares to a person.
create index shares_by_recipient on shares using gin (recipient_user_ids)
  where revoked_at is null and recipient_user_ids <> '{}';
-- Results that wait for their call's caller, or for a decision.
create index results_open on results (account_id, state, call_id) where state in ('SUBMITTED', 'DISPUTED');
-- The meetings of a day.
create index meetings_to_come_by_coach on meetings (account_id, coach_id, scheduled_at) where ended_at is null;
create index meetings_to_come_by_recipient on meetings (account_id, recipient_id, scheduled_at) where ended_at is null;

-- Up to when a person has read everything in their inbox.
create table inbox_marks (
  account_id text collate "C" not null,
  user_id text collate "C" not null,
  read_until timestamptz not null,
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users
);

-- What a person has read since, and what they want to read again.
create table inbox_reads (
  account_id text collate "C" not null,
  user_id text collate "C" not null,
  item_id text collate "C" not null,
  -- The time of the item then: what happens to the thing later is to be read anew.
  item_at timestamptz not null,
  read boolean not null,
  primary key (account_id, user_id, item_id),
  foreign key (account_id, user_id) references users
);

-- What changed, without its content, so that pages know what to read again. Kept for an hour. A transaction's rows are
-- those of its number: whoever knows a snapshot finds all that was committed after it.
create table change_log (
  account_id text collate "C" not null,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default now(),
  kind text collate "C" not null,
  thing_id text collate "C" not null,
  -- The call that it belongs to: who sees the call may know.
  call_id text collate "C",
  -- The people whose inbox it changes.
  user_ids text[] not null default '{}'
);
-- What an account changed after a snapshot.
create index change_log_by_transaction on change_log (account_id, xid);
-- The sweep.
create index change_log_by_age on change_log (at);
