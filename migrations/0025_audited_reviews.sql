-- The audit shows meetings as /api/v1 does, with what their reviews show of calls. The calls that a change's meeting
-- reviews, before or after it.
create function audited_calls(before json, after json) returns jsonb
language sql immutable parallel safe as $$
  select jsonb_path_query_array(jsonb_build_array(before, after), '$[*].callReviews[*].callId')
$$;
-- Erasing a call erases what the changes of meetings show of it, of those too that no longer review it or are deleted.
create index audit_by_reviewed_call on audit using gin (audited_calls(before, after)) where kind = 'meetings';
