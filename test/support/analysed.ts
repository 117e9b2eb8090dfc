import {
  type BlockMatches,
  naiveQuestionCounts,
  naiveStats,
  naiveTopicMatches,
  naiveTranscript,
  naiveWindow,
  type QuestionCounts,
  type SpeakerType,
  type Stats,
  type Topic,
  type TranscriptRow,
  type Word,
} from '../naive/analysis.js';
import { type TestClient, type TestService, until } from './service.js';

/** A call, and the settings that its analysis depends on. */
export interface Heard {
  readonly words: readonly Word[];
  readonly duration: number | null;
  readonly speakerTypes: ReadonlyMap<number, SpeakerType>;
  readonly topics: readonly Topic[];
  readonly canonicalTopicId: number;
}

export interface Window {
  readonly length: number;
  readonly minimumMatches: number;
}

export interface Analysed {
  readonly stats: Stats;
  readonly questionCounts: QuestionCounts;
  readonly topicMatches: BlockMatches[];
  readonly transcript: TranscriptRow[];
}

export function naively({ words, duration, speakerTypes, topics, canonicalTopicId }: Heard): Analysed {
  return {
    stats: naiveStats(words, duration, speakerTypes),
    ...naiveEntry({ words, speakerTypes, topics, canonicalTopicId }),
    transcript: naiveTranscript(words),
  };
}

/** What a call's entry among the topic matches depends on and holds. */
export function naiveEntry(
  heard: Omit<Heard, 'duration'>,
  window?: Window,
): Pick<Analysed, 'questionCounts' | 'topicMatches'> {
  const { words, speakerTypes, topics, canonicalTopicId } = heard;
  const matches = naiveTopicMatches(words, speakerTypes, topics);
  return {
    questionCounts: naiveQuestionCounts(words, speakerTypes, topics, canonicalTopicId),
    topicMatches: window ? naiveWindow(matches, window.length, window.minimumMatches) : matches,
  };
}

/** The words as API v2 sends them: in order of start (stable), as they were given; a `p` of nothing is left out. */
export function servedWords(words: readonly Word[]): Word[] {
  return words
    .map((word, index) => ({ word, index }))
    .sort((a, b) => Number(a.word.start) - Number(b.word.start) || a.index - b.index)
    .map(({ word: { start, end, word, p, v } }) => (p ? { start, end, word, p, v } : { start, end, word, v }));
}

/** All participants whose type is given, in the shape of `/api/v1`. */
export function participantsOf(speakerTypes: ReadonlyMap<number, SpeakerType>): object[] {
  return [...speakerTypes].map(([speakerNumber, type]) => ({ speakerNumber, type }));
}

/** Every entry of a feed, page by page: `{ [id]: entry }`, in the order of the feed. */
export async function wholeFeed<Entry extends { modified: string }>(
  client: TestClient,
  path: string,
  { limit = 1000, query = '', headers = {} } = {},
): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  let next: string | undefined = `/api/ev/2/${path}?since=2020-01-01T00:00Z&limit=${limit}${query}`;
  while (next !== undefined) {
    const answer = await client.get(next, headers);
    if (answer.status !== 200) throw new Error(answer.text);
    for (const entry of answer.json()) {
      const id = entry.callId ?? entry.id;
      if (entries.has(id)) throw new Error(`${path} repeats ${id}`);
      entries.set(id, entry);
    }
    next = /<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  return entries;
}

export type TopicEntry = Pick<Analysed, 'questionCounts' | 'topicMatches'> & { callId: string; modified: string };

export function topicEntries(client: TestClient, window?: Window): Promise<Map<string, TopicEntry>> {
  const query = window ? `&window_length=${window.length}&minimum_matches=${window.minimumMatches}` : '';
  return wholeFeed<TopicEntry>(client, 'call_topics', { query });
}

/** Gives the account exactly these topics, by their numbers; the canonical one is edited, as it cannot be removed. */
export async function setTopics(
  service: TestService,
  client: TestClient,
  topics: readonly Topic[],
  canonicalTopicId: number,
): Promise<void> {
  const { items } = (await client.get('/api/v1/topics')).json() as { items: (Topic & { active: boolean })[] };
  for (const { id, active } of items) {
    if (id === canonicalTopicId || !active || topics.some((topic) => topic.id === id)) continue;
    await expectOk(client.send('DELETE', `/api/v1/topics/${id}`));
  }
  for (const { id, name, words, wordForms = false } of topics) {
    // A phrase without a letter or digit is refused when it comes in, and could match nothing.
    const body = { name, words: words.filter(hasToken), wordForms };
    if (items.some((item) => item.id === id)) {
      await expectOk(client.send('PATCH', `/api/v1/topics/${id}`, { ...body, active: true }));
      continue;
    }
    await service.pool.query('update accounts set next_topic_id = $2 where account_id = $1', [client.accountId, id]);
    await expectOk(client.send('POST', '/api/v1/topics', body));
  }
}

export function hasToken(phrase: string): boolean {
  return /[\p{L}\p{N}]/u.test(phrase.normalize('NFKC'));
}

export async function expectOk(answer: ReturnType<TestClient['send']>): Promise<void> {
  const { status, text } = await answer;
  if (status >= 300) throw new Error(`${status}: ${text}`);
}

/** Waits until nothing is left to do for the account: no job of its own or of an upgrade, no call matched with older topics. */
export async function atRest(service: TestService, accountId: string, seconds = 30): Promise<void> {
  const left = async () => {
    const { rows } = await service.pool.query(
      `select 'job' as what, j.task_identifier as name, j.attempts, j.run_at, j.locked_at, j.last_error
         from graphile_worker.jobs j join graphile_worker._private_jobs p using (id)
         where (p.payload ->> 'accountId' = $1 or j.key = 'sweep') and j.attempts < j.max_attempts
       union all
       select 'call', call_id, calls.topics_version, null, null, state from calls join accounts using (account_id)
         where account_id = $1 and (state = 'ANALYZING' or state = 'COMPLETE' and calls.topics_version < accounts.topics_version)`,
      [accountId],
    );
    return rows;
  };
  await until(async () => (await left()).length === 0, { seconds, left });
}
