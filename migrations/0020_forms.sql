-- Transcripts are read as tokens otherwise than before, and the analysis form has a second version. Those that are stored
-- are read as they are until the background has written them anew.

-- Which version a form is of, as its first byte says.
alter table analysis_forms add column form_version smallint not null default 1;
-- How many calls are still to come, which every search says; empty once they have.
create index analysis_forms_old on analysis_forms (account_id) where form_version < 2;

-- Up to which call, from the newest on, matching again has been given out to jobs.
alter table rematches add column taken_time timestamptz, add column taken_id text collate "C";

-- Every stored call is due: what it is matched with now is older than the account's topics. Jobs for the version before,
-- which know no order of time, end without doing anything.
update accounts set topics_version = topics_version + 1;

-- In which language a search finds the forms of a word.
alter table accounts add column language text not null default 'en' check (language ~ '^[a-z]{2,3}$');
