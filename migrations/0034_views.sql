-- Saved views of the list of calls: its filters, sort and columns under a name.
create table views (
  account_id text collate "C" not null references accounts,
  view_id text collate "C" not null,
  owner_id text collate "C" not null,
  name text not null,
  -- A query string, as in the address of the list.
  query text not null,
  -- Whether everyone in the account has it.
  shared boolean not null,
  primary key (account_id, view_id),
  foreign key (account_id, owner_id) references users
);
-- A person's own; and the few that everyone has.
create index views_by_owner on views (account_id, owner_id, view_id);
create index views_shared on views (account_id, view_id) where shared;
