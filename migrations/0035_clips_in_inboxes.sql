-- Shares of clips to a person, and to the teams they are in, for their inbox.
create index clip_shares_by_recipient on clip_shares using gin (recipient_user_ids)
  where revoked_at is null and recipient_user_ids <> '{}';
create index clip_shares_by_team on clip_shares using gin (recipient_team_ids)
  where revoked_at is null and recipient_team_ids <> '{}';
