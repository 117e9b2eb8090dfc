/**
 * Two channels have the same sound if one is the other with some gain, in every half second, to within 2 % of the energy.
 * Lossy codecs stay within that for a copy. One word that only one channel has is out of it, however long the call.
 */
const TOLERANCE = 0.02;
/** What two channels may differ by at all, as a mean square: that of noise at -60 dBFS. */
const FLOOR = 33 * 33;
/** Below this squared correlation no gain can make a window fit, so that the pair need not be looked at further. */
const HOPELESS = 0.9;

interface Pair {
  readonly a: number;
  readonly b: number;
  /** Energies of each window: of `a`, of `b`, of their product, and how many samples. */
  readonly windows: number[];
}

/** Compares channels, window by window. */
export interface SameSound {
  /** Whether two channels may still be the same: if none may, no more windows are needed. */
  isOpen(): boolean;
  /** Takes the next window of all channels, of equal lengths. */
  add(window: readonly Int16Array[]): void;
  /**
   * For each channel the one whose sound it repeats, which is as loud or louder; null for a sound of its own. Silent
   * channels are not compared.
   */
  copies(silent: readonly boolean[]): readonly (number | null)[];
}

/** Begins a comparison of so many channels. */
export function createSameSound(channels: number): SameSound {
  let pairs: Pair[] = [];
  for (let b = 1; b < channels; b++) for (let a = 0; a < b; a++) pairs.push({ a, b, windows: [] });
  return {
    isOpen: () => pairs.length > 0,
    add(window) {
      pairs = pairs.filter(({ a, b, windows }) => {
        const [aa, bb, ab] = energies(window[a]!, window[b]!);
        const floor = FLOOR * window[a]!.length;
        if (aa > floor && bb > floor && ab * ab < HOPELESS * aa * bb) return false;
        windows.push(aa, bb, ab, floor);
        return true;
      });
    },
    copies(silent) {
      const copyOf: (number | null)[] = Array.from({ length: channels }, () => null);
      for (const { a, b, windows } of pairs) {
        if (silent[a] || silent[b] || copyOf[a] !== null || copyOf[b] !== null) continue;
        const gain = sameGain(windows);
        if (gain === null) continue;
        if (Math.abs(gain) > 1.01) copyOf[a] = b;
        else copyOf[b] = a;
      }
      return copyOf;
    },
  };
}

function energies(a: Int16Array, b: Int16Array): [number, number, number] {
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  return [aa, bb, ab];
}

/** The gain that makes `b` of `a`; null if none does in every window. */
function sameGain(windows: readonly number[]): number | null {
  let aaSum = 0;
  let abSum = 0;
  for (let i = 0; i < windows.length; i += 4) {
    aaSum += windows[i]!;
    abSum += windows[i + 2]!;
  }
  const gain = abSum / aaSum;
  for (let i = 0; i < windows.length; i += 4) {
    const copied = gain * gain * windows[i]!;
    const bb = windows[i + 1]!;
    const rest = bb - 2 * gain * windows[i + 2]! + copied;
    if (!(rest <= TOLERANCE * Math.max(copied, bb) + windows[i + 3]!)) return null;
  }
  return gain;
}
