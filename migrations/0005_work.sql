-- Worker processes that are alive, with the names their jobs are locked under: the jobs of one that
-- stopped beating are unlocked by any other, instead of after the queue's own four hours.
create table worker_heartbeats (
  process_id text primary key,
  worker_ids text[] not null,
  beat_at timestamptz not null
);

-- How far an interrupted import of a file came; written with each call, removed when the file is done.
create table imports (
  account_id text collate "C" not null references accounts,
  file_digest text not null,
  lines_done bigint not null,
  primary key (account_id, file_digest)
);
