-- Coaching plans, their meetings, and KPIs. The ids of plans, meetings and KPIs are numbers, kept as text.

create table plans (
  account_id text collate "C" not null references accounts,
  plan_id text collate "C" not null,
  name text not null,
  objective text not null,
  coach_id text collate "C" not null,
  recipient_id text collate "C" not null,
  start_at timestamptz not null,
  -- A meeting is due every so many days after the start, at the start's time of day in the account's zone.
  cadence_days smallint not null check (cadence_days between 1 and 366),
  planned_meetings integer not null check (planned_meetings >= 0),
  -- Null while the plan is open.
  completed_at timestamptz,
  -- When time alone changes estimatedMissedMeetings next; null where it does not any more.
  next_change_at timestamptz,
  -- Null only inside the transaction that creates the plan.
  first_stamp timestamptz,
  stamp timestamptz,
  primary key (account_id, plan_id),
  foreign key (account_id, coach_id) references users,
  foreign key (account_id, recipient_id) references users
);
-- The feed of plans: a page is one range of this index.
create index plans_feed on plans (account_id, stamp, plan_id);
-- Lists, by number.
create index plans_by_number on plans (account_id, (plan_id::bigint));
-- Finds, every minute, the plans of all accounts whose figure has changed since.
create index plans_due on plans (next_change_at) where next_change_at is not null;
-- A person's plans: in lists.
create index plans_by_coach on plans (account_id, coach_id, (plan_id::bigint));
create index plans_by_recipient on plans (account_id, recipient_id, (plan_id::bigint));

create table plan_skills (
  account_id text collate "C" not null,
  plan_id text collate "C" not null,
  -- From 0, in the order that they were given.
  position smallint not null,
  skill_id text collate "C" not null,
  primary key (account_id, plan_id, skill_id),
  foreign key (account_id, plan_id) references plans on delete cascade,
  foreign key (account_id, skill_id) references skills
);
-- A skill's new name restamps the plans that show it.
create index plan_skills_by_skill on plan_skills (account_id, skill_id, plan_id);

create table meetings (
  account_id text collate "C" not null references accounts,
  meeting_id text collate "C" not null,
  plan_id text collate "C",
  scheduled_at timestamptz not null,
  coach_id text collate "C" not null,
  recipient_id text collate "C" not null,
  started_at timestamptz,
  ended_at timestamptz,
  -- An array of {question, kind, possibleScore, actualScore, reviewWeight}.
  questions json not null default '[]',
  comments text,
  -- Null only inside the transaction that creates the meeting.
  first_stamp timestamptz,
  stamp timestamptz,
  primary key (account_id, meeting_id),
  check (ended_at is null or ended_at >= started_at),
  check (ended_at is null or started_at is not null),
  foreign key (account_id, plan_id) references plans,
  foreign key (account_id, coach_id) references users,
  foreign key (account_id, recipient_id) references users
);
-- The feed of meetings: a page is one range of this index.
create index meetings_feed on meetings (account_id, stamp, meeting_id);
-- Lists, by number.
create index meetings_by_number on meetings (account_id, (meeting_id::bigint));
-- A plan's meetings, and how many of them have ended.
create index meetings_by_plan on meetings (account_id, plan_id, meeting_id) include (ended_at) where plan_id is not null;
-- A person's meetings: in lists.
create index meetings_by_coach on meetings (account_id, coach_id, (meeting_id::bigint));
create index meetings_by_recipient on meetings (account_id, recipient_id, (meeting_id::bigint));

-- The calls that a meeting reviews.
create table meeting_reviews (
  account_id text collate "C" not null,
  meeting_id text collate "C" not null,
  -- From 0, in the order that they were given.
  position smallint not null,
  call_id text collate "C" not null,
  primary key (account_id, meeting_id, call_id),
  foreign key (account_id, meeting_id) references meetings on delete cascade,
  foreign key (account_id, call_id) references calls on delete cascade
);
-- Erasing a call takes it out of the meetings that review it.
create index meeting_reviews_by_call on meeting_reviews (account_id, call_id, meeting_id);

-- The scorecard questions that a review shows, each with the result that answers it.
create table meeting_review_questions (
  account_id text collate "C" not null,
  meeting_id text collate "C" not null,
  call_id text collate "C" not null,
  -- From 0, in the order that they are shown.
  position smallint not null,
  -- No foreign keys: a result that is deleted leaves its id, by which the meeting is found and restamped, and a scorecard
  -- without results may lose questions. What is not there any more is not shown.
  result_id text collate "C" not null,
  question_id text collate "C" not null,
  primary key (account_id, meeting_id, call_id, result_id, question_id),
  foreign key (account_id, meeting_id, call_id) references meeting_reviews on delete cascade
);
-- A result that is amended, and a skill that is renamed, restamp the meetings that show it.
create index meeting_review_questions_by_result on meeting_review_questions (account_id, result_id, meeting_id);
create index meeting_review_questions_by_question on meeting_review_questions (account_id, question_id, meeting_id);

create table kpis (
  account_id text collate "C" not null references accounts,
  kpi_id text collate "C" not null,
  description text not null,
  frequency text not null check (frequency in ('DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY')),
  target double precision not null,
  primary key (account_id, kpi_id)
);
-- The list, by number.
create index kpis_by_number on kpis (account_id, (kpi_id::bigint));

create table kpi_observations (
  account_id text collate "C" not null references accounts,
  observation_id text collate "C" not null,
  kpi_id text collate "C" not null,
  observed_at timestamptz not null,
  observer_id text collate "C" not null,
  observed_id text collate "C" not null,
  value double precision not null,
  -- Null only inside the transaction that creates the observation.
  first_stamp timestamptz,
  stamp timestamptz,
  primary key (account_id, observation_id),
  foreign key (account_id, kpi_id) references kpis,
  foreign key (account_id, observer_id) references users,
  foreign key (account_id, observed_id) references users
);
-- The feed of observations: a page is one range of this index.
create index kpi_observations_feed on kpi_observations (account_id, stamp, observation_id);
-- One observer observes a person's KPI once at a time: the same file sent again finds what it brought. Also serves the
-- list of a KPI, and tells whether one has observations.
create unique index kpi_observations_by_kpi on kpi_observations (account_id, kpi_id, observed_id, observed_at, observer_id);
-- A person's observations: in lists.
create index kpi_observations_by_observed on kpi_observations (account_id, observed_id, observed_at, observation_id);
-- The list, by time.
create index kpi_observations_by_time on kpi_observations (account_id, observed_at, observation_id);

-- Makes sure that next_number gives no number that history has brought in.
create function keep_number(account text, noun text, taken bigint) returns void
language sql volatile strict as $$
  insert into account_numbers values (account, noun, taken)
  on conflict (account_id, kind) do update set last = greatest(account_numbers.last, excluded.last)
$$;
