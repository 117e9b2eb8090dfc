import { type Answered, v1Routes } from '../../client/index.js';
import type { Result } from '../../contract/scorecards.js';
import { api, messageOf, statusOf } from '../api.js';
import { type Answers, answersOf, sentAnswers } from './answers.js';
import { mergeAnswers } from './merge-answers.js';

/** How far saving is. */
export type SaveState =
  | { readonly kind: 'saved'; readonly at: Date }
  | { readonly kind: 'unsaved' | 'saving' | 'retrying' }
  | { readonly kind: 'refused'; readonly why: string };

/** What a form shows of its answers. */
export interface SavedAnswers {
  readonly answers: Answers;
  /** What was entered elsewhere at the same time at the same questions. */
  readonly others: Answers;
  readonly save: SaveState;
}

/** What survives a reload of the page. */
export interface KeptAnswers {
  readonly base: Answers;
  readonly mine: Answers;
}

interface SaverSettings {
  readonly result: Answered<Result>;
  readonly kept: KeptAnswers | null;
  /** Stores what a reload must not lose; null once there is nothing. */
  readonly keep: (kept: KeptAnswers | null) => void;
  /** Whether it saves by itself. */
  readonly isAutomatic: boolean;
}

/** After typing has stopped for this long, it is saved; in milliseconds. */
const QUIET_MS = 800;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 30_000;

/**
 * The answers of a result that is being filled in. They are saved as one types. A save that finds the result changed
 * elsewhere joins both. A save that cannot reach the server is tried again.
 */
export class AnswerSaver {
  readonly #id: string;
  readonly #settings: SaverSettings;
  readonly #listeners = new Set<() => void>();
  /** What the server has, and its tag. */
  #base: Answers;
  #etag: string;
  #shown: SavedAnswers;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | null = null;
  #retryMs = FIRST_RETRY_MS;

  constructor(settings: SaverSettings) {
    const { result, kept } = settings;
    this.#settings = settings;
    this.#id = result.data.id;
    this.#base = answersOf(result.data.answers);
    this.#etag = result.etag!;
    const { answers, others } = kept
      ? mergeAnswers(kept.base, kept.mine, this.#base)
      : { answers: this.#base, others: {} };
    this.#shown = { answers, others, save: { kind: 'saved', at: new Date() } };
    if (this.#isDirty()) this.#changed();
  }

  get shown(): SavedAnswers {
    return this.#shown;
  }

  /** Calls `listener` when what is shown changes. Returns what ends this. */
  listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  edit(answers: Answers, others: Answers = this.#shown.others): void {
    this.#show({ answers, others });
    this.#changed();
  }

  /** Saves now what is not saved yet. It rejects if that is refused. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#saving !== null) await this.#saving.catch(() => {});
    if (!this.#isDirty()) return;
    this.#saving = this.#send().finally(() => {
      this.#saving = null;
    });
    await this.#saving;
  }

  /** Saves, and submits the draft. */
  async submit(): Promise<void> {
    await this.save();
    await api.v1.results.update({
      params: { id: this.#id },
      body: { state: 'SUBMITTED', answers: sentAnswers(this.#shown.answers) },
      ifMatch: this.#etag,
    });
    this.#settings.keep(null);
  }

  /** The form goes: saves what it can by itself. */
  close(): void {
    clearTimeout(this.#timer);
    if (this.#settings.isAutomatic) this.save().catch(() => {});
  }

  #isDirty(): boolean {
    return JSON.stringify(sentAnswers(this.#shown.answers)) !== JSON.stringify(sentAnswers(this.#base));
  }

  #changed(): void {
    this.#settings.keep({ base: this.#base, mine: this.#shown.answers });
    this.#show({ save: { kind: 'unsaved' } });
    if (this.#settings.isAutomatic) this.#saveIn(QUIET_MS);
  }

  #saveIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save().catch(() => {}), ms);
  }

  async #send(): Promise<void> {
    const mine = this.#shown.answers;
    this.#show({ save: { kind: 'saving' } });
    try {
      const { etag } = await api.request(v1Routes.results.update, {
        params: { id: this.#id },
        body: { answers: sentAnswers(mine) },
        ifMatch: this.#etag,
      });
      [this.#base, this.#etag, this.#retryMs] = [mine, etag!, FIRST_RETRY_MS];
    } catch (error) {
      return this.#failed(error);
    }
    if (this.#isDirty()) return this.#changed();
    this.#settings.keep(isAllSent(this.#shown.answers) ? null : { base: this.#base, mine: this.#shown.answers });
    this.#show({ save: { kind: 'saved', at: new Date() } });
  }

  async #failed(error: unknown): Promise<void> {
    const status = statusOf(error);
    if (status === 412) return this.#join();
    if (status === null || status === 429 || status >= 500) {
      this.#show({ save: { kind: 'retrying' } });
      this.#saveIn(this.#retryMs);
      this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
    } else this.#show({ save: { kind: 'refused', why: messageOf(error) } });
    throw error;
  }

  /** Joins what was stored elsewhere with what is here, and saves that. */
  async #join(): Promise<void> {
    const { data, etag } = await api.request(v1Routes.results.read, { params: { id: this.#id } });
    const stored = answersOf(data.answers);
    const { answers, others } = mergeAnswers(this.#base, this.#shown.answers, stored);
    [this.#base, this.#etag] = [stored, etag!];
    this.#show({ answers, others: { ...this.#shown.others, ...others } });
    if (this.#isDirty()) return this.#send();
    this.#show({ save: { kind: 'saved', at: new Date() } });
  }

  #show(changes: Partial<SavedAnswers>): void {
    this.#shown = { ...this.#shown, ...changes };
    for (const listener of this.#listeners) listener();
  }
}

const isAllSent = (answers: Answers) => sentAnswers(answers).length === Object.keys(answers).length;
