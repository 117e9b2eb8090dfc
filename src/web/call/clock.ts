/**
 * The time of a call that is being heard or read, in seconds. It changes far more often than a page is drawn. Without
 * sound, it is where the reader last went to.
 */
export class CallClock {
  readonly #listeners = new Set<(seconds: number) => void>();
  #seconds = 0;
  #audio: HTMLAudioElement | null = null;
  #frame = 0;

  now(): number {
    return this.#seconds;
  }

  /** Calls `listener` with each new time. Returns what ends this. */
  listen(listener: (seconds: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Goes to a time. */
  seek(seconds: number): void {
    const sought = Math.max(0, seconds);
    if (this.#audio !== null) this.#audio.currentTime = sought;
    this.#tell(sought);
  }

  /** Follows an audio element from now on. Returns what ends this. */
  follow(audio: HTMLAudioElement): () => void {
    this.#audio = audio;
    if (this.#seconds > 0) audio.currentTime = this.#seconds;
    const tick = () => {
      this.#tell(audio.currentTime);
      this.#frame = audio.paused ? 0 : requestAnimationFrame(tick);
    };
    const begin = () => {
      cancelAnimationFrame(this.#frame);
      tick();
    };
    const events = ['play', 'pause', 'seeked', 'ended'] as const;
    for (const event of events) audio.addEventListener(event, begin);
    return () => {
      cancelAnimationFrame(this.#frame);
      for (const event of events) audio.removeEventListener(event, begin);
      audio.pause();
      this.#audio = null;
    };
  }

  #tell(seconds: number): void {
    this.#seconds = seconds;
    for (const listener of this.#listeners) listener(seconds);
  }
}
