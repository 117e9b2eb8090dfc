import type { ColumnType, Generated, Kysely, Transaction } from 'kysely';
import type { Micros } from '../wire/instants.js';

// The tables as Kysely sees them. Timestamps are read as microseconds and written as ISO text; json columns are text.

type Timestamp = ColumnType<Micros, string, string>;
type NullableTimestamp = ColumnType<Micros | null, string | null, string | null>;

export interface Tables {
  accounts: {
    account_id: string;
    name: string;
    time_zone: Generated<string>;
    topics_version: Generated<number>;
    people_version: Generated<number>;
    next_topic_id: Generated<number>;
    created_at: Generated<Micros>;
    day_start_minute: Generated<number>;
    day_end_minute: Generated<number>;
    rate_time_zone: Generated<string>;
    day_rate: Generated<number>;
    night_rate: Generated<number>;
    call_visibility: Generated<'everyone' | 'team' | 'own'>;
    language: Generated<string>;
  };
  credentials: {
    account_id: string;
    credential_id: string;
    password_hash: Buffer;
    scopes: string[];
    day_rate: number | null;
    night_rate: number | null;
    unlimited: Generated<boolean>;
    created_at: Generated<Micros>;
    revoked_at: NullableTimestamp;
  };
  rate_turns: { account_id: string; credential_id: string; used_until_micros: number };
  feed_heads: { account_id: string; head: Timestamp };
  departments: { account_id: string; department_id: string; name: string; active: Generated<boolean> };
  teams: {
    account_id: string;
    team_id: string;
    name: string;
    manager_id: string | null;
    department_id: string | null;
    parent_team_id: string | null;
    active: Generated<boolean>;
  };
  users: {
    account_id: string;
    user_id: string;
    email: string;
    first_name: string;
    last_name: string;
    team_id: string | null;
    department_id: string | null;
    system_ids: Generated<string[]>;
    role: Generated<string>;
    active: Generated<boolean>;
  };
  calls: {
    account_id: string;
    call_id: string;
    external_id: string | null;
    caller_id: string | null;
    given_caller_email: string | null;
    given_caller_system_id: string | null;
    call_time: Timestamp;
    duration: number | null;
    words_end: number | null;
    direction: string;
    state: string;
    error_reason: string | null;
    original_path: string | null;
    metadata: Generated<string>;
    crm_matches: Generated<string>;
    call_summary: string | null;
    stats: string | null;
    question_counts: string | null;
    transcript_fragment_id: number | null;
    topics_fragment_id: number | null;
    content_version: Generated<number>;
    topics_version: Generated<number>;
    people_version: Generated<number>;
    created_at: Generated<Micros>;
    first_stamp: NullableTimestamp;
    stamp: NullableTimestamp;
    talk_ratio: ColumnType<number | null, never, never>;
    sections_fragment_id: Generated<number | null>;
  };
  call_topic_hits: { account_id: string; topic_id: number; call_id: string; matches: number };
  call_sections: { account_id: string; call_id: string; section_no: number; tsv: string };
  participants: {
    account_id: string;
    call_id: string;
    speaker_number: number;
    email: string | null;
    first_name: string | null;
    last_name: string | null;
    given_type: string | null;
    user_id: string | null;
    user_given: Generated<boolean>;
  };
  fragments: {
    account_id: string;
    fragment_id: Generated<number>;
    call_id: string;
    raw_length: number;
    crc32: number;
    deflated: Buffer;
    replaced_at: NullableTimestamp;
  };
  analysis_forms: {
    account_id: string;
    call_id: string;
    raw_length: number;
    deflated: Buffer;
    form_version: Generated<number>;
  };
  metadata_values: { account_id: string; digest: string; call_id: string };
  deleted_calls: {
    account_id: string;
    call_id: string;
    caller_id: string | null;
    call_time: Timestamp;
    first_stamp: Timestamp;
    last_stamp: Timestamp;
    stamp: NullableTimestamp;
  };
  topics: {
    account_id: string;
    topic_id: number;
    name: string;
    words: string[];
    word_forms: Generated<boolean>;
    canonical_questions: Generated<boolean>;
    active: Generated<boolean>;
  };
  call_card_templates: {
    account_id: string;
    template_id: string;
    name: string;
    source: string;
    active: Generated<boolean>;
  };
  rematches: {
    account_id: string;
    topics_version: number;
    calls_total: number;
    started_at: Timestamp;
    finished_at: NullableTimestamp;
    taken_time: NullableTimestamp;
    taken_id: string | null;
  };
  worker_heartbeats: { process_id: string; worker_ids: string[]; beat_at: Timestamp };
  api_processes: { process_id: string; url: string; beat_at: Timestamp };
  imports: { account_id: string; file_digest: string; lines_done: number };
}

/** The pool: each query on a connection of its own. */
export type Db = Kysely<Tables>;
/** A transaction under way. What must be atomic takes this, so that it cannot be called outside one. */
export type Tx = Transaction<Tables>;

/** Whose data a query may touch: the account is every query's first filter. */
export interface Scope {
  readonly accountId: string;
}
