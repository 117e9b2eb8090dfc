-- Speakers and callers are bound to users (api-v2 §5): whoever has an address later is not who spoke.

-- Which e-mail addresses and which ids in other systems each user has had, and when: as an active user, who alone is found by
-- them while they have them. One who had been deactivated when an address was given to them has had it for no time, and is
-- found where nobody else is.
create table user_addresses (
  account_id text collate "C" not null references accounts,
  entry_id bigint generated always as identity,
  user_id text collate "C" not null,
  kind text not null check (kind in ('email', 'system')),
  -- An e-mail address in lower case; an id as it is.
  address text collate "C" not null,
  held_from timestamptz not null,
  -- Null while they have it.
  held_until timestamptz,
  primary key (account_id, entry_id),
  foreign key (account_id, user_id) references users
);
-- Finds who has had an address.
create index user_addresses_by_address on user_addresses (account_id, kind, address);
-- A user's own, to end them and to hand them on.
create index user_addresses_by_user on user_addresses (account_id, user_id);

-- Those of the users that are there, from the audit: a user has an address from the change that gave it to them, or that
-- brought them back, to the one that took it or them away. What is older than the audit counts from ever.
with shown as (
  select account_id, audit_id, at, id as user_id, side.name as side, case side.name when 'before' then before else after end as was
  from audit cross join (values ('before'), ('after')) as side (name)
  where kind = 'users'
), had as (
  select account_id, audit_id, at, user_id, side, address.*
  from shown cross join lateral (
    select 'email' as kind, lower(was ->> 'email') as address
    union select 'system', json_array_elements_text(was -> 'systemIds')
  ) as address
  where was is not null and (was ->> 'active')::boolean
), gained as (
  select account_id, user_id, kind, address, audit_id, at from had h where side = 'after' and not exists (
    select from had b where b.side = 'before' and b.account_id = h.account_id and b.audit_id = h.audit_id
      and b.kind = h.kind and b.address = h.address)
), lost as (
  select account_id, user_id, kind, address, audit_id, at from had h where side = 'before' and not exists (
    select from had a where a.side = 'after' and a.account_id = h.account_id and a.audit_id = h.audit_id
      and a.kind = h.kind and a.address = h.address)
), present as (
  select u.account_id, u.user_id, u.active, address.* from users u cross join lateral (
    select 'email' as kind, lower(u.email) as address union select 'system', unnest(u.system_ids)) as address
), begun as (
  select * from gained
  -- Had before the audit tells of it.
  union
  select account_id, user_id, kind, address, 0, '-infinity' from (
    select account_id, user_id, kind, address, min(audit_id) as ended from lost group by 1, 2, 3, 4
    union all select account_id, user_id, kind, address, null from present
  ) as known
  where not exists (
    select from gained g where g.account_id = known.account_id and g.user_id = known.user_id and g.kind = known.kind
      and g.address = known.address and g.audit_id < coalesce(known.ended, 9223372036854775807))
)
insert into user_addresses (account_id, user_id, kind, address, held_from, held_until)
select b.account_id, b.user_id, b.kind, b.address, b.at, coalesce(
    (select l.at from lost l where l.account_id = b.account_id and l.user_id = b.user_id and l.kind = b.kind
      and l.address = b.address and l.audit_id > b.audit_id order by l.audit_id limit 1),
    case when exists (select from present p where p.active and p.account_id = b.account_id and p.user_id = b.user_id
      and p.kind = b.kind and p.address = b.address) then null else clock_timestamp() end)
from begun b join users u on u.account_id = b.account_id and u.user_id = b.user_id
order by b.at, b.user_id;

alter table participants
  -- Whom the source named by their id, or whom the address was found to be of: stays while the given address does.
  add column user_id text collate "C",
  add column user_given boolean not null default false,
  -- Not checked for what is there, which names nobody yet.
  add foreign key (account_id, user_id) references users not valid;
-- Where a user speaks: when they become another one.
create index participants_by_user on participants (account_id, user_id) where user_id is not null;

-- Who speaks as a person has corrected it: a user, or somebody of a type, by name. Outlasts what the source sends later.
create table speaker_corrections (
  account_id text collate "C" not null,
  call_id text collate "C" not null,
  speaker_number integer not null,
  user_id text collate "C",
  speaker_type text check (speaker_type in ('INTERNAL', 'EXTERNAL', 'UNKNOWN')),
  first_name text,
  last_name text,
  primary key (account_id, call_id, speaker_number),
  check ((user_id is null) <> (speaker_type is null)),
  foreign key (account_id, call_id) references calls on delete cascade,
  foreign key (account_id, user_id) references users
);
-- Where a user speaks: when they become another one.
create index speaker_corrections_by_user on speaker_corrections (account_id, user_id) where user_id is not null;

-- The calls that are there are bound in the background: a row is an account that is not through with it, with the step it is
-- at and the call (and its speaker) after which it goes on.
create table speaker_bindings (
  account_id text collate "C" primary key references accounts,
  step text not null default 'callers' check (step in ('callers', 'speakers')),
  after_call text collate "C" not null default '',
  after_speaker integer not null default -1
);
insert into speaker_bindings (account_id) select distinct account_id from calls;

-- Who a user turned out to be: whatever names this one names that one.
alter table users add column merged_into text collate "C";
alter table users add foreign key (account_id, merged_into) references users (account_id, user_id);
-- Whoever was merged into a user who is merged now.
create index users_by_merged_into on users (account_id, merged_into) where merged_into is not null;
