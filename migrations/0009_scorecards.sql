-- Skills, scorecards, and results: one person's filled-in scorecard on one call.

-- Their ids are numbers, kept as text.
create table skills (
  account_id text collate "C" not null references accounts,
  skill_id text collate "C" not null,
  name text not null,
  active boolean not null default true,
  primary key (account_id, skill_id)
);
-- No two active skills share a name.
create unique index skills_by_name on skills (account_id, lower(name)) where active;

-- A row a version: what results refer to never changes, so an edit of a scorecard that has results is a row of its own.
create table scorecards (
  account_id text collate "C" not null references accounts,
  scorecard_id text collate "C" not null,
  -- What all versions of a scorecard share: the id of the first.
  line_id text collate "C" not null,
  version integer not null,
  name text not null,
  scheme text not null check (scheme in ('OneToFive', 'OneToThree', 'OneTwo', 'YesNo', 'PassFail')),
  -- Takes new results. Of a line, only the newest version ever is.
  active boolean not null default true,
  primary key (account_id, scorecard_id),
  -- Finds the newest of a line.
  unique (account_id, line_id, version)
);

create table scorecard_questions (
  account_id text collate "C" not null,
  scorecard_id text collate "C" not null,
  question_id text collate "C" not null,
  -- From 0, in the order that they are asked.
  position integer not null,
  section text,
  question_text text not null,
  weight double precision not null default 1 check (weight >= 0),
  skill1_id text collate "C",
  skill2_id text collate "C",
  skill3_id text collate "C",
  -- An answer of 0 fails the whole result.
  auto_fail boolean not null default false,
  -- May not be answered with N/A.
  required boolean not null default false,
  comment_required text not null default 'never' check (comment_required in ('never', 'always', 'low')),
  primary key (account_id, question_id),
  -- Serves a scorecard's questions in order.
  unique (account_id, scorecard_id, position),
  foreign key (account_id, scorecard_id) references scorecards,
  foreign key (account_id, skill1_id) references skills,
  foreign key (account_id, skill2_id) references skills,
  foreign key (account_id, skill3_id) references skills
);

create table results (
  account_id text collate "C" not null,
  result_id text collate "C" not null,
  scorecard_id text collate "C" not null,
  call_id text collate "C" not null,
  reviewer_id text collate "C" not null,
  state text not null check (state in ('DRAFT', 'SUBMITTED', 'ACKNOWLEDGED', 'DISPUTED')),
  -- When it was submitted.
  score_time timestamptz,
  -- How many questions have an answer that is not N/A.
  answered integer not null,
  -- Over all answers, whole percent; null where there is nothing to go by.
  percentage smallint,
  auto_failed boolean not null default false,
  acknowledged_at timestamptz,
  -- Of the latest dispute.
  disputed_at timestamptz,
  dispute_reason text,
  resolved_at timestamptz,
  resolved_by text collate "C",
  resolution text,
  created_at timestamptz not null default clock_timestamp(),
  in_feed boolean not null generated always as (state <> 'DRAFT' and answered > 0) stored,
  -- Null until the result is in the feed for the first time.
  first_stamp timestamptz,
  stamp timestamptz,
  primary key (account_id, result_id),
  check ((state = 'DRAFT') = (score_time is null)),
  foreign key (account_id, call_id) references calls on delete cascade,
  foreign key (account_id, scorecard_id) references scorecards,
  foreign key (account_id, reviewer_id) references users,
  foreign key (account_id, resolved_by) references users
);
-- The feed of scores: a page is one range of this index.
create index results_feed on results (account_id, stamp, result_id) where in_feed;
-- One person fills a scorecard in once for a call, however often they press the button; also serves a call's results,
-- and erases them with it.
create unique index results_by_call on results (account_id, call_id, scorecard_id, reviewer_id);
-- A reviewer's results: in lists, and restamped when the reviewer's address or team changes.
create index results_by_reviewer on results (account_id, reviewer_id, created_at, result_id);
-- Whether a scorecard has results, and its list.
create index results_by_scorecard on results (account_id, scorecard_id, created_at, result_id);
-- Lists, the newest first.
create index results_by_age on results (account_id, created_at, result_id);

create table result_answers (
  account_id text collate "C" not null,
  result_id text collate "C" not null,
  question_id text collate "C" not null,
  -- The answer's number in its scheme and its raw answer; both null for N/A.
  answer integer,
  raw_answer integer,
  reason text,
  comment text,
  -- Of the call, where the answer cites one.
  moment_seconds double precision,
  primary key (account_id, result_id, question_id),
  foreign key (account_id, result_id) references results on delete cascade,
  foreign key (account_id, question_id) references scorecard_questions
);
-- A skill's new name restamps the results with answers to its questions.
create index result_answers_by_question on result_answers (account_id, question_id, result_id);

-- What a result was before each change that came after it was submitted.
create table result_history (
  account_id text collate "C" not null,
  result_id text collate "C" not null,
  entry_id bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  by_kind text not null check (by_kind in ('user', 'credential', 'command')),
  by_id text collate "C",
  move text not null check (move in ('amend', 'acknowledge', 'dispute', 'resolve')),
  -- As /api/v1 showed it.
  before json not null,
  primary key (account_id, result_id, entry_id),
  foreign key (account_id, result_id) references results on delete cascade
);
