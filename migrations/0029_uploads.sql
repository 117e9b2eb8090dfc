-- Uploads that are sent in parts and resumed (tus). Their bytes are in a file of the machine that took the first of them.
create table uploads (
  account_id text collate "C" not null references accounts,
  upload_id uuid not null,
  -- `user:ID` or `credential:ID`. Nobody else sees or continues it.
  sent_by text not null,
  size_bytes bigint not null,
  -- What was sent about it: pairs of a name and a value. Null once the call has it.
  metadata json,
  -- Null until the file is in the store.
  call_id text collate "C",
  -- Whether a process is putting it into the store. One that was killed no longer touches it.
  storing boolean not null default false,
  touched_at timestamptz not null default now(),
  primary key (account_id, upload_id)
);
-- Those that were left are removed a day after they were last touched.
create index uploads_by_touch on uploads (touched_at);
