-- Two users who were one person become one: what names the one is handed on to the other.

alter table listens
  -- Milliseconds that users who were merged into the listener had listened.
  add column merged_ms bigint not null default 0,
  -- Its time was added to another entry of the same listener, call and day: it stays, with nothing, so that whoever reads the
  -- feed learns of it.
  add column emptied boolean not null default false;

-- One row a day, beside those that were emptied.
drop index listens_by_day;
create unique index listens_by_day on listens (account_id, listener, date, call_id) where not emptied;
-- A listener's own, whatever became of them: when they become another one.
create index listens_by_listener on listens (account_id, listener, listen_id);
