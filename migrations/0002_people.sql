-- Users, teams and departments. Nothing here is ever removed, only deactivated: calls refer to it.

create table departments (
  account_id text collate "C" not null references accounts,
  department_id text collate "C" not null,
  name text not null,
  active boolean not null default true,
  primary key (account_id, department_id)
);

create table teams (
  account_id text collate "C" not null references accounts,
  team_id text collate "C" not null,
  name text not null,
  manager_id text collate "C",
  department_id text collate "C",
  active boolean not null default true,
  primary key (account_id, team_id),
  foreign key (account_id, department_id) references departments
);

create table users (
  account_id text collate "C" not null references accounts,
  user_id text collate "C" not null,
  email text not null,
  first_name text not null,
  last_name text not null,
  team_id text collate "C",
  department_id text collate "C",
  system_ids text[] not null default '{}',
  role text not null default 'rep' check (role in ('admin', 'manager', 'rep')),
  active boolean not null default true,
  primary key (account_id, user_id),
  foreign key (account_id, team_id) references teams,
  foreign key (account_id, department_id) references departments
);
alter table teams add foreign key (account_id, manager_id) references users (account_id, user_id);

-- One active user an address; also resolves callers and speakers by e-mail.
create unique index users_by_email on users (account_id, lower(email)) where active;
create index users_by_any_email on users (account_id, lower(email));
-- Resolves callers by their id in a dialer or CRM.
create index users_by_system_id on users using gin (system_ids);
