-- API processes, and where each is found, so that a command beside one makes links that lead there. A row is in force as long
-- as its process holds the advisory lock of its id. A handful of rows: no index but the key's.
create table api_processes (
  process_id text primary key,
  url text not null,
  beat_at timestamptz not null
);
