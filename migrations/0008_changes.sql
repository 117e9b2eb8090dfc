-- Who changed what, requests that may be sent twice, and who sees which calls.

-- One row a change. What it shows of a call goes with the call.
create table audit (
  account_id text collate "C" not null references accounts,
  audit_id bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  -- A person, a credential, or a command at the server.
  by_kind text not null check (by_kind in ('user', 'credential', 'command')),
  by_id text collate "C",
  action text not null check (action in ('create', 'update', 'delete')),
  -- What was changed: a noun of /api/v1, such as topics, and its id there.
  kind text collate "C" not null,
  id text collate "C" not null,
  -- The call whose content may be in before and after.
  call_id text collate "C",
  before json,
  after json,
  primary key (account_id, audit_id)
);
-- Everything that happened to one thing.
create index audit_by_thing on audit (account_id, kind, id, audit_id);
-- Erasing a call erases what the changes show of it.
create index audit_by_call on audit (account_id, call_id) where call_id is not null;

-- POSTs with an Idempotency-Key, with what they were answered; committed together with what they did.
create table idempotency_keys (
  account_id text collate "C" not null references accounts,
  -- Who sent it: nobody else's key is the same.
  sender text collate "C" not null,
  key text collate "C" not null,
  request_digest bytea not null,
  -- Null only inside the transaction of the request.
  status smallint,
  answer json,
  etag text,
  -- The call whose content may be in the answer.
  call_id text collate "C",
  created_at timestamptz not null default now(),
  primary key (account_id, sender, key)
);
-- The sweep of those a day old.
create index idempotency_keys_by_age on idempotency_keys (created_at);
-- Erasing a call erases what was answered about it.
create index idempotency_keys_by_call on idempotency_keys (account_id, call_id) where call_id is not null;

-- Numbers for what has one as its id. Never given twice.
create table account_numbers (
  account_id text collate "C" not null references accounts,
  kind text collate "C" not null,
  last bigint not null,
  primary key (account_id, kind)
);

create function next_number(account text, noun text) returns bigint
language sql volatile strict as $$
  insert into account_numbers values (account, noun, 1)
  on conflict (account_id, kind) do update set last = account_numbers.last + 1
  returning last
$$;

-- Whose calls people see besides their own and those shared with them: everyone's, their teams' (managers), nobody's.
alter table accounts add column call_visibility text not null default 'team'
  check (call_visibility in ('everyone', 'team', 'own'));

-- A manager sees the teams below theirs, too.
alter table teams add column parent_team_id text collate "C";
alter table teams add foreign key (account_id, parent_team_id) references teams (account_id, team_id);
create index teams_by_parent on teams (account_id, parent_team_id) where parent_team_id is not null;
create index teams_by_manager on teams (account_id, manager_id) where manager_id is not null;
-- Who is in a team: whose calls its manager sees, and which entries show its name.
create index users_by_team on users (account_id, team_id) where team_id is not null;
