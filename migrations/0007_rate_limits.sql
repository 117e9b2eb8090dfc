-- The rate limit on API v2 (api-v2 §3): an account's hours and rates, and whose turn is when.

-- Each account's own hours: the zone of its rates is not the zone that its times are read in.
alter table accounts
  add column day_start_minute smallint not null default 360 check (day_start_minute between 0 and 1439),
  add column day_end_minute smallint not null default 1260 check (day_end_minute between 0 and 1439),
  add column rate_time_zone text not null default 'America/New_York',
  -- Requests a second.
  add column day_rate double precision not null default 5 check (day_rate > 0),
  add column night_rate double precision not null default 25 check (night_rate > 0);

-- One row a credential that has made a rated request: its lock puts the requests of all processes in order. It
-- is read and written by its key alone, so there is no other index, and every update of it can stay on its page.
create table rate_turns (
  account_id text collate "C" not null,
  credential_id text collate "C" not null,
  -- Up to when the allowance is used up (the theoretical arrival time, less one second), in microseconds since the
  -- Unix epoch: beyond the present where requests wait.
  used_until_micros bigint not null,
  primary key (account_id, credential_id),
  foreign key (account_id, credential_id) references credentials
) with (fillfactor = 50);

-- Gives up to `count` requests of a credential their places, in order; the caller's transaction is this call alone.
-- Allowance accrues with time, at the rate in force (`rates[i]` from `starts[i]` on, in microseconds; starts[1]
-- counts as the beginning of time), and what is older than a second (or than one request's worth, at less than one a
-- second) is lost. Each place takes one request's worth of it from `used_until_micros` on, and its request goes
-- when that much has accrued. What has accrued already is worth what the rate in force now makes of it, so that a
-- second's worth is never that of the hours before.
-- Returns a row a place; and where one would wait `max_wait` or longer, a last row with `granted` false: it and
-- all behind it take none.
create function take_turns(
  account text, credential text, count integer, starts bigint[], rates double precision[], max_wait bigint,
  -- The time, where a test drives it; else the database's own, so that no node's clock matters.
  driven_now bigint
) returns table (granted boolean, now_micros bigint, used_before bigint, used_after bigint, goes_at bigint)
language plpgsql volatile as $$
declare
  used bigint;
  piece integer := 1;
  place bigint;
  need double precision;
begin
  -- A place that is lost with the server's last moment is only given again: no request waits for the disk.
  perform set_config('synchronous_commit', 'off', true);
  select used_until_micros into used from rate_turns
    where account_id = account and credential_id = credential for update;
  if not found then
    insert into rate_turns values (account, credential, 0) on conflict do nothing;
    select used_until_micros into used from rate_turns
      where account_id = account and credential_id = credential for update;
  end if;
  -- Read behind the lock, so that it never goes back from one request to the next.
  now_micros := coalesce(driven_now, (extract(epoch from clock_timestamp()) * 1000000)::bigint);
  while piece < cardinality(starts) and starts[piece + 1] <= now_micros loop
    piece := piece + 1;
  end loop;
  used := greatest(used, now_micros - greatest(1000000, floor(1000000 / rates[piece])::bigint));
  -- Later than any place that is ever given: the clock was set back.
  if used > now_micros + max_wait then
    used := now_micros;
  end if;
  granted := true;
  while granted and count > 0 loop
    place := used;
    need := 1;
    while piece < cardinality(starts) and starts[piece + 1] <= place loop
      piece := piece + 1;
    end loop;
    while piece < cardinality(starts) and place + need * 1000000 / rates[piece] > starts[piece + 1] loop
      need := need - (starts[piece + 1] - place) * rates[piece] / 1000000;
      place := starts[piece + 1];
      piece := piece + 1;
    end loop;
    -- Rounded down, so that a second's worth fits into a second; the little more undoes what binary fractions lose.
    place := place + floor(need * 1000000 / rates[piece] + 0.001)::bigint;
    used_before := used;
    used_after := place;
    goes_at := greatest(place, now_micros);
    granted := goes_at - now_micros < max_wait;
    return next;
    if granted then
      used := place;
      count := count - 1;
    end if;
  end loop;
  -- A refused request writes nothing.
  update rate_turns set used_until_micros = used
    where account_id = account and credential_id = credential and used_until_micros <> used;
end
$$;
