-- Pages that are one range of an index, and starts that are found by one.

-- The feed of comments and highlights: deleted ones would have to be read to leave them out. feedback_feed still finds a
-- deleted one by its stamp.
create index feedback_shown on feedback (account_id, stamp, feedback_id) where not deleted;

-- Where a page of shares ended, by the time that its last one shows: that is a place in their feed, too.
create index feed_ends_by_share_time on feed_ends (account_id, credential_id, (times[1])) where feed = 'shares';
