-- Topic definitions. Removed ones are deactivated: their number is never given again.
create table topics (
  account_id text collate "C" not null references accounts,
  topic_id bigint not null,
  name text not null,
  words text[] not null,
  -- The account's canonical questions topic: the one that question counts go by.
  canonical_questions boolean not null default false,
  active boolean not null default true,
  primary key (account_id, topic_id)
);
create unique index topics_canonical on topics (account_id) where canonical_questions;
