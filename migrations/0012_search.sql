-- The call library: lists by filters, and full-text search in transcripts.

alter table calls
  -- Made of stats by the database, so that the filter and what is shown can never differ.
  add column talk_ratio double precision
    generated always as ((stats ->> 'talkRatio')::double precision) stored,
  -- The transcript that the call's sections were made of; another one's, or none, means that they are to be made.
  add column sections_fragment_id bigint;

-- The library's own order, and every filter that leaves many calls.
create index calls_by_time on calls (account_id, call_time, call_id);
-- One person's calls, the newest first; a team's are those of its people.
create index calls_by_caller_time on calls (account_id, caller_id, call_time, call_id);
-- Calls that are still to come or failed are few: most are COMPLETE, and those are found by time.
create index calls_by_state_time on calls (account_id, state, call_time, call_id) where state <> 'COMPLETE';
-- A direction that few calls have.
create index calls_by_direction_time on calls (account_id, direction, call_time, call_id);
-- Ranges of the talk ratio and of the duration.
create index calls_by_talk_ratio on calls (account_id, talk_ratio) where talk_ratio is not null;
create index calls_by_duration on calls (account_id, (coalesce(duration, words_end)));

-- Which calls have matches of a topic: what their stored topic matches show, by topic.
create table call_topic_hits (
  account_id text collate "C" not null,
  topic_id bigint not null,
  call_id text collate "C" not null,
  matches integer not null,
  -- Serves the filter by topic.
  primary key (account_id, topic_id, call_id),
  foreign key (account_id, call_id) references calls on delete cascade
);
-- A call's own, to replace and erase them.
create index call_topic_hits_by_call on call_topic_hits (account_id, call_id);

-- Calls with a result in a range of percentages.
create index results_by_percentage on results (account_id, percentage, call_id) where state <> 'DRAFT';
-- Which calls have comments, and how many.
create index feedback_comments on feedback (account_id, call_id) where kind = 'comment' and not deleted;

-- Transcripts for full-text search, in sections: one lexeme holds at most 255 positions, and positions end at 16383.
-- The lexemes are our own tokens behind a short mark of the account, so that an entry of the index holds one account's
-- sections (but for marks that happen to be the same: every query names its account, too). An index on (account_id, tsv)
-- would need the extension btree_gin, which not every server has, and would read all accounts' sections with a word.
create table call_sections (
  account_id text collate "C" not null,
  call_id text collate "C" not null,
  section_no integer not null,
  tsv tsvector not null,
  -- Serves to look into the sections of a call that was found otherwise, and to replace and erase them.
  primary key (account_id, call_id, section_no),
  foreign key (account_id, call_id) references calls on delete cascade
);
-- Finds the sections with the words of a query.
create index call_sections_words on call_sections using gin (tsv);

-- What is stored already is matched again in the background, and its sections and hits are made on the way.
update calls set topics_version = 0 where state = 'COMPLETE';
