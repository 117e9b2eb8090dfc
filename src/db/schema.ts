// Written by `npm run schema` from the migrated database: not by hand.
import type { CalendarDate, Generated, GeneratedAlways, Timestamp, Timestamps } from './columns.js';

export interface Tables {
  account_numbers: {
    account_id: string;
    kind: string;
    last: number;
  };
  accounts: {
    account_id: string;
    name: string;
    time_zone: Generated<string>;
    topics_version: Generated<number>;
    people_version: Generated<number>;
    next_topic_id: Generated<number>;
    created_at: Generated<Timestamp>;
    day_start_minute: Generated<number>;
    day_end_minute: Generated<number>;
    rate_time_zone: Generated<string>;
    day_rate: Generated<number>;
    night_rate: Generated<number>;
    call_visibility: Generated<'everyone' | 'team' | 'own'>;
    language: Generated<string>;
    ours: 'left' | 'right' | null;
    speech_names: Generated<string[]>;
  };
  analysis_forms: {
    account_id: string;
    call_id: string;
    raw_length: number;
    deflated: Buffer;
    form_version: Generated<number>;
  };
  api_processes: {
    process_id: string;
    url: string;
    beat_at: Timestamp;
  };
  audit: {
    account_id: string;
    audit_id: GeneratedAlways<number>;
    at: Generated<Timestamp>;
    by_kind: 'user' | 'credential' | 'command';
    by_id: string | null;
    action: 'create' | 'update' | 'delete';
    kind: string;
    id: string;
    call_id: string | null;
    before: string | null;
    after: string | null;
  };
  call_card_templates: {
    account_id: string;
    template_id: string;
    name: string;
    source: string;
    active: Generated<boolean>;
  };
  call_sections: {
    account_id: string;
    call_id: string;
    section_no: number;
    tsv: string;
  };
  call_summaries: {
    account_id: string;
    call_id: string;
    engine: string;
    content_version: number;
    cited: string;
    made_at: Generated<Timestamp>;
  };
  call_topic_hits: {
    account_id: string;
    topic_id: number;
    call_id: string;
    matches: number;
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
    direction: 'INBOUND' | 'OUTBOUND' | 'SCREENSHARE';
    state: 'PENDING' | 'TRANSCRIBING' | 'ANALYZING' | 'COMPLETE' | 'ERROR';
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
    created_at: Generated<Timestamp>;
    first_stamp: Timestamp | null;
    stamp: Timestamp | null;
    talk_ratio: GeneratedAlways<number | null>;
    sections_fragment_id: number | null;
    media_version: Generated<number>;
  };
  change_log: {
    account_id: string;
    xid: Generated<string>;
    at: Generated<Timestamp>;
    kind: string;
    thing_id: string;
    call_id: string | null;
    user_ids: Generated<string[]>;
  };
  clip_share_accesses: {
    account_id: string;
    access_id: GeneratedAlways<number>;
    share_id: string;
    email: string;
    at: Timestamp;
    last_at: Timestamp;
    openings: Generated<number>;
    ip: string;
    user_agent: string | null;
  };
  clip_share_links: {
    account_id: string;
    share_id: string;
    email: string;
    token_hash: Buffer;
    expires_at: Timestamp;
  };
  clip_shares: {
    account_id: string;
    share_id: string;
    clip_id: string;
    shared_by: string;
    shared_at: Timestamp;
    recipient_user_ids: string[];
    recipient_team_ids: string[];
    recipient_emails: string[];
    message: string | null;
    audio: boolean;
    revoked_at: Timestamp | null;
  };
  clip_sounds: {
    account_id: string;
    clip_id: string;
    state: 'waiting' | 'done' | 'none' | 'failed';
    object_id: string | null;
    size_bytes: number | null;
    duration_seconds: number | null;
    channels: number | null;
    silent_channels: number[] | null;
    peaks: Buffer | null;
  };
  clips: {
    account_id: string;
    clip_id: string;
    call_id: string;
    title: string;
    note: string | null;
    start_seconds: number;
    end_seconds: number;
    created_by: string;
    created_at: Timestamp;
  };
  credentials: {
    account_id: string;
    credential_id: string;
    password_hash: Buffer;
    scopes: string[];
    day_rate: number | null;
    night_rate: number | null;
    unlimited: Generated<boolean>;
    created_at: Generated<Timestamp>;
    revoked_at: Timestamp | null;
  };
  deleted_calls: {
    account_id: string;
    call_id: string;
    caller_id: string | null;
    call_time: Timestamp;
    first_stamp: Timestamp;
    last_stamp: Timestamp;
    stamp: Timestamp | null;
  };
  departments: {
    account_id: string;
    department_id: string;
    name: string;
    active: Generated<boolean>;
  };
  feed_ends: {
    account_id: string;
    credential_id: string;
    feed: string;
    entry_id: string;
    stamp: Timestamp;
    times: Timestamps;
    remembered_at: Timestamp;
  };
  feed_heads: {
    account_id: string;
    head: Timestamp;
  };
  feed_pages: {
    account_id: string;
    credential_id: string;
    feed: string;
    asked_since: string;
    asked_last_id: string;
    start_stamp: Timestamp;
    start_id: string;
    first_answered_at: Timestamp;
    replays: Generated<number>;
    entry_id: string;
    stamp: Timestamp;
    times: Timestamps;
    served_at: Timestamp;
  };
  feedback: {
    account_id: string;
    feedback_id: string;
    call_id: string;
    kind: 'comment' | 'highlight';
    feedback_by: string;
    feedback_at: Timestamp;
    text: string | null;
    start_time: number;
    end_time: number | null;
    reply_to: string | null;
    mentions: Generated<string[]>;
    deleted: Generated<boolean>;
    first_stamp: Timestamp | null;
    stamp: Timestamp | null;
  };
  fragments: {
    account_id: string;
    fragment_id: GeneratedAlways<number>;
    call_id: string;
    raw_length: number;
    crc32: number;
    deflated: Buffer;
    replaced_at: Timestamp | null;
  };
  idempotency_keys: {
    account_id: string;
    sender: string;
    key: string;
    request_digest: Buffer;
    status: number | null;
    answer: string | null;
    etag: string | null;
    call_id: string | null;
    created_at: Generated<Timestamp>;
  };
  imports: {
    account_id: string;
    file_digest: string;
    lines_done: number;
  };
  inbox_marks: {
    account_id: string;
    user_id: string;
    read_until: Timestamp;
  };
  inbox_reads: {
    account_id: string;
    user_id: string;
    item_id: string;
    item_at: Timestamp;
    read: boolean;
  };
  kpi_observations: {
    account_id: string;
    observation_id: string;
    kpi_id: string;
    observed_at: Timestamp;
    observer_id: string;
    observed_id: string;
    value: number;
    first_stamp: Timestamp | null;
    stamp: Timestamp | null;
  };
  kpis: {
    account_id: string;
    kpi_id: string;
    description: string;
    frequency: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'QUARTERLY';
    target: number;
  };
  listen_sessions: {
    account_id: string;
    listener: string;
    call_id: string;
    session: string;
    pieces: string;
    first_at: Timestamp;
    last_at: Timestamp;
  };
  listens: {
    account_id: string;
    listen_id: string;
    listener: string;
    call_id: string;
    date: CalendarDate;
    played_ms: Generated<number>;
    imported_ms: Generated<number>;
    first_stamp: Timestamp | null;
    stamp: Timestamp | null;
    merged_ms: Generated<number>;
    emptied: Generated<boolean>;
  };
  log_in_failures: {
    email_digest: Buffer;
    failed_at: Timestamps;
  };
  meeting_review_questions: {
    account_id: string;
    meeting_id: string;
    call_id: string;
    position: number;
    result_id: string;
    question_id: string;
  };
  meeting_reviews: {
    account_id: string;
    meeting_id: string;
    position: number;
    call_id: string;
  };
  meetings: {
    account_id: string;
    meeting_id: string;
    plan_id: string | null;
    scheduled_at: Timestamp;
    coach_id: string;
    recipient_id: string;
    started_at: Timestamp | null;
    ended_at: Timestamp | null;
    questions: Generated<string>;
    comments: string | null;
    first_stamp: Timestamp | null;
    stamp: Timestamp | null;
  };
  metadata_values: {
    account_id: string;
    digest: string;
    call_id: string;
  };
  migrations: {
    name: string;
    applied_at: Generated<Timestamp>;
  };
  oidc_attempts: {
    account_id: string;
    token_digest: Buffer;
    state: string;
    nonce: string;
    code_verifier: string;
    return_to: string;
    expires_at: Timestamp;
  };
  participants: {
    account_id: string;
    call_id: string;
    speaker_number: number;
    email: string | null;
    first_name: string | null;
    last_name: string | null;
    given_type: 'INTERNAL' | 'EXTERNAL' | 'UNKNOWN' | null;
    user_id: string | null;
    user_given: Generated<boolean>;
  };
  password_links: {
    account_id: string;
    link_id: string;
    user_id: string;
    purpose: 'invite' | 'reset';
    token_digest: Buffer;
    email: string;
    created_at: Timestamp;
    expires_at: Timestamp;
  };
  percentage_recounts: {
    account_id: string;
    after: Generated<string>;
  };
  plan_skills: {
    account_id: string;
    plan_id: string;
    position: number;
    skill_id: string;
  };
  plans: {
    account_id: string;
    plan_id: string;
    name: string;
    objective: string;
    coach_id: string;
    recipient_id: string;
    start_at: Timestamp;
    cadence_days: number;
    planned_meetings: number;
    completed_at: Timestamp | null;
    next_change_at: Timestamp | null;
    first_stamp: Timestamp | null;
    stamp: Timestamp | null;
  };
  playlist_items: {
    account_id: string;
    item_id: string;
    playlist_id: string;
    place: number;
    clip_id: string | null;
    call_id: string | null;
  };
  playlists: {
    account_id: string;
    playlist_id: string;
    title: string;
    note: string | null;
    owner_id: string;
    created_at: Timestamp;
    shared_user_ids: Generated<string[]>;
    shared_team_ids: Generated<string[]>;
    revision: Generated<number>;
  };
  processing_steps: {
    account_id: string;
    call_id: string;
    step: 'decode' | 'transcribe' | 'summarize';
    state: 'waiting' | 'running' | 'done' | 'failed' | 'skipped';
    progress: Generated<number>;
    attempts: Generated<number>;
    reason: string | null;
    engine: string | null;
    started_at: Timestamp | null;
    finished_at: Timestamp | null;
  };
  rate_turns: {
    account_id: string;
    credential_id: string;
    used_until_micros: number;
  };
  recognitions: {
    account_id: string;
    call_id: string;
    media_version: number;
    engine: string;
    raw_length: number;
    deflated: Buffer;
    made_at: Generated<Timestamp>;
  };
  recordings: {
    account_id: string;
    call_id: string;
    leg: number;
    object_id: string | null;
    start_seconds: Generated<number>;
    size_bytes: number;
    sha256: Buffer;
    file_name: string | null;
    ours: 'left' | 'right' | null;
    transcribe: Generated<boolean>;
    uploaded_at: Generated<Timestamp>;
  };
  rematches: {
    account_id: string;
    topics_version: number;
    calls_total: number;
    started_at: Timestamp;
    finished_at: Timestamp | null;
    taken_time: Timestamp | null;
    taken_id: string | null;
  };
  renditions: {
    account_id: string;
    call_id: string;
    media_version: number;
    object_id: string;
    size_bytes: number;
    duration_seconds: number;
    sample_rate: number;
    channels: number;
    silent_channels: number[];
    peaks: Buffer;
    sources: string;
    notes: string[];
    decoder: string;
    made_at: Generated<Timestamp>;
  };
  result_answers: {
    account_id: string;
    result_id: string;
    question_id: string;
    answer: number | null;
    raw_answer: number | null;
    reason: string | null;
    comment: string | null;
    moment_seconds: number | null;
  };
  result_history: {
    account_id: string;
    result_id: string;
    entry_id: GeneratedAlways<number>;
    at: Generated<Timestamp>;
    by_kind: 'user' | 'credential' | 'command';
    by_id: string | null;
    move: 'amend' | 'acknowledge' | 'dispute' | 'resolve';
    before: string;
  };
  results: {
    account_id: string;
    result_id: string;
    scorecard_id: string;
    call_id: string;
    reviewer_id: string;
    state: 'DRAFT' | 'SUBMITTED' | 'ACKNOWLEDGED' | 'DISPUTED';
    score_time: Timestamp | null;
    answered: number;
    percentage: number | null;
    auto_failed: Generated<boolean>;
    acknowledged_at: Timestamp | null;
    disputed_at: Timestamp | null;
    dispute_reason: string | null;
    resolved_at: Timestamp | null;
    resolved_by: string | null;
    resolution: string | null;
    created_at: Generated<Timestamp>;
    in_feed: GeneratedAlways<boolean>;
    first_stamp: Timestamp | null;
    stamp: Timestamp | null;
  };
  scorecard_questions: {
    account_id: string;
    scorecard_id: string;
    question_id: string;
    position: number;
    section: string | null;
    question_text: string;
    weight: Generated<number>;
    skill1_id: string | null;
    skill2_id: string | null;
    skill3_id: string | null;
    auto_fail: Generated<boolean>;
    required: Generated<boolean>;
    comment_required: Generated<'never' | 'always' | 'low'>;
  };
  scorecards: {
    account_id: string;
    scorecard_id: string;
    line_id: string;
    version: number;
    name: string;
    scheme: 'OneToFive' | 'OneToThree' | 'OneTwo' | 'YesNo' | 'PassFail';
    active: Generated<boolean>;
  };
  sessions: {
    account_id: string;
    session_id: string;
    user_id: string;
    token_digest: Buffer;
    method: 'password' | 'link' | 'oidc';
    user_agent: string | null;
    created_at: Timestamp;
    last_seen_at: Timestamp;
    expires_at: Timestamp;
  };
  share_accesses: {
    account_id: string;
    access_id: GeneratedAlways<number>;
    share_id: string;
    email: string;
    at: Timestamp;
    ip: string;
    user_agent: string | null;
    openings: Generated<number>;
    last_at: Timestamp;
  };
  share_links: {
    account_id: string;
    share_id: string;
    email: string;
    token_hash: Buffer;
    expires_at: Timestamp;
  };
  shares: {
    account_id: string;
    share_id: string;
    call_id: string;
    shared_by: string;
    shared_at: Timestamp;
    recipient_user_ids: string[];
    recipient_emails: string[];
    message: string | null;
    revoked_at: Timestamp | null;
    first_stamp: Timestamp | null;
    stamp: Timestamp | null;
    audio: Generated<boolean>;
  };
  skills: {
    account_id: string;
    skill_id: string;
    name: string;
    active: Generated<boolean>;
  };
  speaker_bindings: {
    account_id: string;
    step: Generated<'callers' | 'speakers'>;
    after_call: Generated<string>;
    after_speaker: Generated<number>;
  };
  speaker_corrections: {
    account_id: string;
    call_id: string;
    speaker_number: number;
    user_id: string | null;
    speaker_type: 'INTERNAL' | 'EXTERNAL' | 'UNKNOWN' | null;
    first_name: string | null;
    last_name: string | null;
  };
  stored_objects: {
    account_id: string;
    object_id: string;
    call_id: string | null;
    size_bytes: number | null;
    touched_at: Generated<Timestamp>;
    doomed_at: Timestamp | null;
  };
  teams: {
    account_id: string;
    team_id: string;
    name: string;
    manager_id: string | null;
    department_id: string | null;
    active: Generated<boolean>;
    parent_team_id: string | null;
  };
  topics: {
    account_id: string;
    topic_id: number;
    name: string;
    words: string[];
    canonical_questions: Generated<boolean>;
    active: Generated<boolean>;
    word_forms: Generated<boolean>;
  };
  transcript_edits: {
    account_id: string;
    call_id: string;
    number: number;
    at: Generated<Timestamp>;
    by_kind: 'user' | 'credential' | 'command';
    by_id: string | null;
    first_word: number;
    removed: string;
    added: string;
    undoes: number | null;
    base_fragment_id: number;
    made_fragment_id: number;
  };
  transcript_origins: {
    account_id: string;
    call_id: string;
    origin: 'recognized' | 'file' | 'edited';
    made_by: string;
    language: string | null;
    interpolated: Generated<number[]>;
    notes: Generated<string[]>;
    file_sha256: Buffer | null;
  };
  uploads: {
    account_id: string;
    upload_id: string;
    sent_by: string;
    size_bytes: number;
    metadata: string | null;
    call_id: string | null;
    storing: Generated<boolean>;
    touched_at: Generated<Timestamp>;
  };
  user_addresses: {
    account_id: string;
    entry_id: GeneratedAlways<number>;
    user_id: string;
    kind: 'email' | 'system';
    address: string;
    held_from: Timestamp;
    held_until: Timestamp | null;
  };
  user_passwords: {
    account_id: string;
    user_id: string;
    hash: string;
    changed_at: Timestamp;
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
    role: Generated<'admin' | 'manager' | 'rep'>;
    active: Generated<boolean>;
    merged_into: string | null;
    time_zone: string | null;
  };
  views: {
    account_id: string;
    view_id: string;
    owner_id: string;
    name: string;
    query: string;
    shared: boolean;
  };
  worker_heartbeats: {
    process_id: string;
    worker_ids: string[];
    beat_at: Timestamp;
  };
}
