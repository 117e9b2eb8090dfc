-- The call library in other orders than by date.

-- By talk ratio and by duration, those with the same by time; calls without a value follow by time. The filters by
-- ranges use them as well.
drop index calls_by_talk_ratio;
create index calls_by_talk_ratio on calls (account_id, talk_ratio, call_time, call_id);
drop index calls_by_duration;
create index calls_by_duration on calls (account_id, (coalesce(duration, words_end)), call_time, call_id);
-- The score of each call, from the index alone. By number of comments, feedback_comments does the same.
create index results_scores on results (account_id, call_id, percentage) where state <> 'DRAFT';
