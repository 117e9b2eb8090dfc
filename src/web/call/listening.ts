import type { ListenInput } from '../../contract/listens.js';
import { api } from '../api.js';

const BEAT_MS = 15_000;

/**
 * Reports what is played of a call: every 15 seconds, when it stops, and when the page goes. What could not be sent goes
 * with the next report. Returns what ends this.
 */
export function reportListening(audio: HTMLAudioElement, callId: string): () => void {
  const session = crypto.randomUUID();
  let spans: [number, number][] = [];
  let startedAt: number | null = null;
  let from: number | null = null;
  let last = 0;
  // While seeking, the element is already where it goes to.
  const note = () => {
    if (!audio.seeking) last = audio.currentTime;
  };
  const begin = () => {
    if (audio.paused || audio.seeking) return;
    from = last = audio.currentTime;
    startedAt ??= Date.now();
  };
  const end = () => {
    note();
    if (from !== null && last > from) spans.push([from, last]);
    from = null;
  };
  /** What was played since the last report. */
  const take = (): { readonly since: number; readonly report: ListenInput } | null => {
    end();
    const played = spans;
    const since = startedAt;
    [spans, startedAt] = [[], null];
    begin();
    if (played.length === 0 || since === null) return null;
    const [first, now] = [new Date(since).toISOString(), new Date().toISOString()];
    return { since, report: { callId, session, spans: played, startedAt: first, playedAt: now } };
  };
  const send = async () => {
    const taken = take();
    if (taken === null) return;
    await api.v1.createListen({ body: taken.report }).catch(() => {
      spans.unshift(...(taken.report.spans as [number, number][]));
      startedAt = taken.since;
    });
  };
  // A page that goes waits for no answer.
  const leave = () => {
    const taken = take();
    if (taken === null) return;
    const body = new Blob([JSON.stringify(taken.report)], { type: 'application/json' });
    navigator.sendBeacon('/api/v1/listens', body);
  };
  const beat = setInterval(send, BEAT_MS);
  const handlers = { timeupdate: note, playing: begin, seeking: end, seeked: begin, pause: send, ended: send };
  for (const [event, handler] of Object.entries(handlers)) audio.addEventListener(event, handler);
  window.addEventListener('pagehide', leave);
  return () => {
    clearInterval(beat);
    for (const [event, handler] of Object.entries(handlers)) audio.removeEventListener(event, handler);
    window.removeEventListener('pagehide', leave);
    leave();
  };
}
