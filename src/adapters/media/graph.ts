/** A leg of a recording, for the graph. */
export interface GraphLeg {
  readonly startSeconds: number;
  /** How many files it is of, one after the other. */
  readonly parts: number;
  readonly channels: number;
  /** Whether its channels become one: the surround sound of a film. */
  readonly isMixed: boolean;
  /** The timestamp at which it begins: what is before is dropped. */
  readonly firstSeconds: number;
  /** The least length of it; null if its own is right. */
  readonly padSeconds: number | null;
}

/** What a graph is to make. */
export interface GraphPlan {
  readonly legs: readonly GraphLeg[];
  readonly sampleRate: number;
  /** The channels of the rendition, of all legs' channels in their order; null for no rendition. */
  readonly rendition: readonly number[] | null;
  /** Whether all channels are also made into files for speech. */
  readonly hasSpeech: boolean;
  /** What is kept of each leg, which then begins at 0; null for all of it. */
  readonly range: { readonly startSeconds: number; readonly endSeconds: number } | null;
}

/** The rate of files for speech, in Hz. */
export const SPEECH_RATE = 16_000;
/** How many channels a rendition can have. Layouts of more have one for a film's bass, which drops speech. */
export const MAX_CHANNELS = 5;
const LAYOUTS = ['', 'mono', 'stereo', '3.0', '4.0', '5.0'];

/**
 * Holes of more than 15 ms are filled with silence, and the start too. FFmpeg's own default lets 100 ms gather before it
 * does, which is five times what a click may be off.
 */
const ON_TIME = 'async=1:min_hard_comp=0.015:first_pts=0';

/** How many channels a leg has in what is made of it. */
export function channelsOf(leg: GraphLeg): number {
  return leg.isMixed ? 1 : leg.channels;
}

/** Writes the graph of FFmpeg's filters that makes everything in one pass (EngineJob says what its links are named). */
export function writeGraph({ legs, sampleRate, rendition, hasSpeech, range: kept }: GraphPlan): string {
  const chains: string[] = [];
  const isMerged = legs.length > 1;
  let input = 0;
  let channel = 0;
  legs.forEach((leg, i) => {
    const channels = channelsOf(leg);
    const layout = LAYOUTS[channels];
    const shape = leg.isMixed || channels <= 2 ? `aformat=channel_layouts=${layout}` : pick(range(channels));
    const parts = range(leg.parts).map(() => {
      // Parts of a chain have clocks of their own.
      const shift = leg.parts > 1 ? 'STARTPTS' : `${leg.firstSeconds.toFixed(6)}/TB`;
      const part = `[in${input}]asetpts=PTS-${shift},aresample=${sampleRate}:${ON_TIME},${shape}`;
      return { part, label: `[part${input++}]` };
    });
    let chain = parts[0]!.part;
    if (parts.length > 1) {
      chains.push(...parts.map(({ part, label }) => part + label));
      chain = `${parts.map(({ label }) => label).join('')}concat=n=${parts.length}:v=0:a=1`;
    }
    if (leg.startSeconds > 0) chain += `,asetpts=PTS+${leg.startSeconds.toFixed(6)}/TB,aresample=${ON_TIME}`;
    if (leg.padSeconds !== null) chain += `,apad=whole_dur=${(leg.startSeconds + leg.padSeconds).toFixed(6)}`;
    if (kept !== null) {
      const [start, end] = [kept.startSeconds.toFixed(6), kept.endSeconds.toFixed(6)];
      chain += `,atrim=start=${start}:end=${end},asetpts=PTS-${start}/TB`;
    }
    const hasBoth = rendition !== null && hasSpeech;
    if (hasBoth) chains.push(`${chain},asplit[listen${i}][speak${i}]`);
    if (rendition !== null) {
      const own = rendition.map((each) => (each >= channel && each < channel + channels ? each - channel : null));
      const shaped = isMerged ? spread(own) : rendition.length === channels ? 'anull' : pick(rendition);
      chains.push(`${hasBoth ? `[listen${i}]` : `${chain},`}${shaped}${isMerged ? `[merge${i}]` : '[rendition]'}`);
    }
    if (hasSpeech) {
      const from = hasBoth ? `[speak${i}]` : `${chain},`;
      const resampled = `${from}aresample=${SPEECH_RATE},aformat=sample_fmts=s16p`;
      if (channels === 1) chains.push(`${resampled}[speech${channel}]`);
      else {
        const split = range(channels).map((each) => `[own${channel + each}]`);
        chains.push(`${resampled},channelsplit=channel_layout=${layout}${split.join('')}`);
        // What is split off is still the "right" of a pair, which a WAV file would say in a longer header.
        chains.push(...split.map((own, each) => `${own}${pick([0])}[speech${channel + each}]`));
      }
    }
    channel += channels;
  });
  if (isMerged && rendition !== null) {
    // Each leg is silent in the others' channels. This sum does not end with the shortest leg, as a merge does.
    chains.push(`${legs.map((_, i) => `[merge${i}]`).join('')}amix=inputs=${legs.length}:normalize=0[rendition]`);
  }
  return chains.join(';');
}

/** Takes channels by their number. (`pan` would leave out one that it takes for the bass of a film.) */
function pick(channels: readonly number[]): string {
  return `channelmap=${channels.join('|')}:${LAYOUTS[channels.length]}`;
}

/** Puts a leg's channels into those of the rendition; null leaves one silent. */
function spread(own: readonly (number | null)[]): string {
  const filled = own.map((each, i) => `c${i}=${each === null ? '0*c0' : `c${each}`}`);
  return `pan=${LAYOUTS[own.length]}|${filled.join('|')}`;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
