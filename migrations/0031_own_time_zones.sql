-- A person may have a time zone of their own, in which pages show times to them. Null: the account's.
alter table users add column time_zone text;
