-- The newest page with entries that each credential was served of each feed: the one page that may be asked for again
-- (api-v2 §2). Where pages ended stays in feed_ends.
create table feed_pages (
  account_id text collate "C" not null,
  credential_id text collate "C" not null,
  feed text collate "C" not null,
  -- As sent; '' where there was no last_id.
  asked_since text collate "C" not null,
  asked_last_id text collate "C" not null,
  start_stamp timestamptz not null,
  start_id text collate "C" not null,
  first_answered_at timestamptz not null,
  -- How often it was asked for again, of those pages that may as well be followed by themselves.
  replays smallint not null default 0,
  -- Its last entry, with every other timestamp of it, as it was served.
  entry_id text collate "C" not null,
  stamp timestamptz not null,
  times timestamptz[] not null,
  served_at timestamptz not null,
  primary key (account_id, credential_id, feed),
  foreign key (account_id, credential_id) references credentials
);
-- Serves the sweep of what is older than seven days.
create index feed_pages_by_age on feed_pages (served_at);

insert into feed_pages
  select distinct on (account_id, credential_id, feed) account_id, credential_id, feed, asked_since, asked_last_id,
    start_stamp, start_id, first_answered_at, 0, entry_id, stamp, times, remembered_at
  from feed_ends order by account_id, credential_id, feed, remembered_at desc, stamp desc;

-- An end is one, however often and by whichever request it came.
delete from feed_ends as older using feed_ends as newer
  where (older.account_id, older.credential_id, older.feed, older.entry_id, older.stamp)
      = (newer.account_id, newer.credential_id, newer.feed, newer.entry_id, newer.stamp)
    and (older.remembered_at, older.asked_since, older.asked_last_id)
      < (newer.remembered_at, newer.asked_since, newer.asked_last_id);

alter table feed_ends drop constraint feed_ends_pkey;
alter table feed_ends
  drop column asked_since,
  drop column asked_last_id,
  drop column start_stamp,
  drop column start_id,
  drop column first_answered_at;
-- Serves a next page asked for with last_id.
alter table feed_ends add primary key (account_id, credential_id, feed, entry_id, stamp);
drop index feed_ends_by_entry;

-- Where a page ended whose last entry shows a time besides its stamps: no entry shows more than three.
drop index feed_ends_by_share_time;
create index feed_ends_by_time on feed_ends (account_id, credential_id, feed, (times[1])) where times[1] is not null;
create index feed_ends_by_second_time on feed_ends (account_id, credential_id, feed, (times[2])) where times[2] is not null;
create index feed_ends_by_third_time on feed_ends (account_id, credential_id, feed, (times[3])) where times[3] is not null;

-- The feed of meetings has those that have ended.
create index meetings_ended on meetings (account_id, stamp, meeting_id) where ended_at is not null;
drop index meetings_feed;
