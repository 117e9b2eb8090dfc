-- Openings of a share's link are written down by the hour, so that nobody can fill the log by opening it again and again:
-- one row for a recipient, address, browser and hour, with how often. A recipient has a thousand rows at most.

alter table share_accesses
  add column openings integer not null default 1,
  add column last_at timestamptz;

-- Those that are there already.
update share_accesses s set openings = hours.openings, last_at = hours.last_at
from (
  select account_id, min(access_id) as access_id, count(*) as openings, max(at) as last_at
  from share_accesses
  group by account_id, share_id, email, ip, coalesce(user_agent, ''), date_trunc('hour', at at time zone 'UTC')
) as hours
where s.account_id = hours.account_id and s.access_id = hours.access_id;
delete from share_accesses where last_at is null;

alter table share_accesses alter column last_at set not null;

-- One row an hour; and how many a recipient has.
create unique index share_accesses_by_hour on share_accesses
  (account_id, share_id, email, ip, coalesce(user_agent, ''), date_trunc('hour', at at time zone 'UTC'));
