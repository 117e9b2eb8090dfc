/**
 * The time of a call that is being heard or read, in seconds. It changes far more often than a page is drawn. Without
 * sound, it is where the reader last went to.
 */
export class CallClock {
  readonly #listeners = new Set<(seconds: number) => void>();
  #seconds = 0;
  #audio: HTMLAudioElement | null = null;
  #frame = 0;
  #range: { readonly start: number; readonly end: number } | null = null;

  now(): number {
    return this.#seconds;
  }

  /** Calls `listener` with each new time. Returns what ends this. */
  listen(listener: (seconds: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Goes to a time. If it is outside of the range that is played, nothing stops at the range's end any more. */
  seek(seconds: number): void {
    const sought = Math.max(0, seconds);
    if (this.#range !== null && (sought < this.#range.start || sought >= this.#range.end)) this.#range = null;
    if (this.#audio !== null) this.#audio.currentTime = sought;
    this.#tell(sought);
  }

  /** Plays from one second to another, and stops there by itself. Without sound, it goes to the first. */
  playRange(startSeconds: number, endSeconds: number): void {
    this.#range = this.#audio && { start: startSeconds, end: endSeconds };
    this.seek(startSeconds);
    // The browser may refuse to play without a click; then the range is played when the person plays it.
    this.#audio?.play().catch(() => {});
  }

  /** Whether a range is played that ends by itself. */
  get isInRange(): boolean {
    return this.#range !== null;
  }

  get isPlaying(): boolean {
    return this.#audio?.paused === false;
  }

  /** Follows an audio element from now on. Returns what ends this. */
  follow(audio: HTMLAudioElement): () => void {
    this.#audio = audio;
    if (this.#seconds > 0) audio.currentTime = this.#seconds;
    const tick = () => {
      if (this.#range !== null && audio.currentTime >= this.#range.end) {
        audio.pause();
        audio.currentTime = this.#range.end;
        this.#range = null;
      }
      this.#tell(audio.currentTime);
      this.#frame = audio.paused ? 0 : requestAnimationFrame(tick);
    };
    const begin = () => {
      cancelAnimationFrame(this.#frame);
      tick();
    };
    // A page in the background gets no frames, but it is told the time.
    const events = ['play', 'pause', 'seeked', 'timeupdate', 'ended'] as const;
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
