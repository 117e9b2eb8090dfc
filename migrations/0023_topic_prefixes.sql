-- A `*` in a topic's phrase is the beginning of words from now on. It parted words as any punctuation does: phrases that
-- are stored keep their meaning without it.
alter table topics add column word_forms boolean not null default false;

with rewritten as (
  select account_id, topic_id, (
    select array_agg(phrase order by place)
    from (
      select phrase, min(place) as place
      from (
        select case when position('*' in word) = 0 then word
            else trim(regexp_replace(word, '\s*\*[\s*]*', ' ', 'g')) end as phrase, place
        from unnest(words) with ordinality as given (word, place)
      ) as without_star
      group by phrase
    ) as each_once
  ) as words
  from topics where array_to_string(words, ' ') like '%*%'
), changed as (
  update topics t set words = r.words from rewritten r
  where t.account_id = r.account_id and t.topic_id = r.topic_id returning t.account_id
)
-- Stored matches show the phrases: they are matched again in the background.
update accounts set topics_version = topics_version + 1 where account_id in (select account_id from changed);
