/** A piece of sound, and where it is to be. In samples. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/** 25 ms at 16 kHz: two periods of a low voice. */
const WINDOW = 400;
const HOP = WINDOW / 2;
/** How far a frame may move to continue the one before it: a period of a low voice, both ways. */
const REACH = 160;

const HANN = Float32Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW));

/**
 * Says pieces faster or slower at the same pitch, and adds them to `into` where they are to be. It is the overlap-add of
 * similar waveforms (Verhelst and Roelands, 1993). Pieces follow each other without a gap.
 */
export function stretchInto(into: Float32Array, source: Int16Array, pieces: readonly Piece[]): void {
  const first = pieces[0];
  const last = pieces.at(-1);
  if (first === undefined || last === undefined) return;
  let piece = 0;
  let previous: number | null = null;
  for (let centre = first.start; centre <= last.end; centre += HOP) {
    while (piece < pieces.length - 1 && centre >= pieces[piece]!.end) piece++;
    const { from, to, start, end } = pieces[piece]!;
    const place = Math.round(from + ((centre - start) / Math.max(1, end - start)) * (to - from)) - HOP;
    const at: number = previous === null ? place : mostAlike(source, previous + HOP, place);
    for (let i = 0; i < WINDOW; i++) {
      const target = centre - HOP + i;
      // What is before a word or after it would be heard where nobody speaks.
      if (target >= first.start && target < last.end && target < into.length) {
        into[target]! += HANN[i]! * (source[at + i] ?? 0);
      }
    }
    previous = at;
  }
}

/** The place near `place` where the sound is most like that at `wanted`. */
function mostAlike(source: Int16Array, wanted: number, place: number): number {
  let best = place;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = place - REACH; at <= place + REACH; at++) {
    let product = 0;
    let energy = 1;
    // Every other sample tells enough.
    for (let i = 0; i < HOP; i += 2) {
      const sample = source[at + i] ?? 0;
      product += sample * (source[wanted + i] ?? 0);
      energy += sample * sample;
    }
    const likeness = product / Math.sqrt(energy);
    if (likeness > most) {
      most = likeness;
      best = at;
    }
  }
  return best;
}
