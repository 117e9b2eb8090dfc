// A client as somebody writes it who has the vendor's reference and nothing else: no word of our server, its headers or the
// fields that it adds. It pages by what the reference says, or by what its examples show.

export interface Endpoint {
  /** As in the reference's table. */
  readonly path: string;
  /** The id of an entry, for `last_id`, where the endpoint is listed with it. */
  readonly id?: string;
  /** Each timestamp that an entry shows, in the reference's tables or examples. */
  readonly times: readonly string[];
}

/**
 * The endpoints that take `since`. "Get both the last modified timestamp AND the id", says the text, and the example of calls
 * sends `callTime`; of the others "the timestamp of the last object", whichever that is. A listen's `date` is none.
 */
export const endpoints: readonly Endpoint[] = [
  { path: '/calls', id: 'id', times: ['modified', 'callTime'] },
  { path: '/calls/deleted', id: 'id', times: ['deletedAt', 'callTime'] },
  { path: '/call_topics', id: 'callId', times: ['modified'] },
  { path: '/listens', times: ['modified'] },
  { path: '/scores', times: ['scoreTime', 'modified'] },
  { path: '/feedback', times: ['feedbackAt', 'modified'] },
  { path: '/shares', times: ['sharedAt'] },
  { path: '/meetings', times: ['dateTime', 'startTime', 'endTime', 'modified'] },
  { path: '/plans', times: ['startDate', 'modified'] },
  { path: '/kpis', times: ['observedAt', 'modified'] },
];

type Entry = Readonly<Record<string, unknown>>;

interface Settings {
  readonly baseUrl: string;
  readonly userId: string;
  readonly password: string;
  readonly endpoint: Endpoint;
  /** Which of the endpoint's timestamps is sent as `since`. */
  readonly time: string;
  readonly limit: number;
}

export class ReferenceClient {
  /** Every object that came, as JSON, with how often it came. */
  readonly came = new Map<string, number>();
  readonly name: string;
  readonly #settings: Settings;
  #since = '2020-01-01T00:00:00Z';
  #lastId: string | null = null;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.name = `${settings.endpoint.path} by ${settings.time}, limit=${settings.limit}`;
  }

  /** Fetches the next page and keeps it; answers how many objects came. */
  async fetchPage(): Promise<number> {
    const { baseUrl, userId, password, endpoint, time, limit } = this.#settings;
    const query = new URLSearchParams({ since: this.#since, limit: String(limit) });
    if (this.#lastId !== null) query.set('last_id', this.#lastId);
    const response = await fetch(`${baseUrl}/api/ev/2${endpoint.path}?${query}`, {
      headers: { authorization: `Basic ${btoa(`${userId}:${password}`)}` },
    });
    if (response.status !== 200) throw new Error(`${this.name}: ${response.status} ${await response.text()}`);
    const page = (await response.json()) as Entry[];
    for (const entry of page) {
      const json = JSON.stringify(entry);
      this.came.set(json, (this.came.get(json) ?? 0) + 1);
    }
    const last = page.at(-1);
    if (last === undefined) return 0;
    this.#since = String(last[time]);
    if (endpoint.id !== undefined) this.#lastId = String(last[endpoint.id]);
    return page.length;
  }

  /** Fetches until there is nothing more. */
  async fetchAll(): Promise<void> {
    for (let pages = 0; (await this.fetchPage()) > 0; pages++) {
      if (pages > 1_000) throw new Error(`${this.name} goes round in circles: ${this.#since} ${this.#lastId}`);
    }
  }
}
