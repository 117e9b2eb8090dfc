-- Results' percentages were truncated answer by answer, and are now once, at the end. Those that are stored are counted
-- again in the background: a row is an account that is not through with it, and the result after which it goes on.
create table percentage_recounts (
  account_id text collate "C" primary key references accounts,
  after text collate "C" not null default ''
);
insert into percentage_recounts (account_id) select distinct account_id from results;
