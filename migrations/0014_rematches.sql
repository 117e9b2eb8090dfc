-- Matching the stored calls with the account's topics again: the newest time, of which progress is told. Which calls are
-- still due, their own versions say.
create table rematches (
  account_id text collate "C" primary key references accounts,
  topics_version bigint not null,
  calls_total integer not null,
  started_at timestamptz not null,
  finished_at timestamptz
);
