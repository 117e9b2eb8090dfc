import type { ShownTranscript } from './shown-transcript.js';

/** What a vCon says of a call besides its words. */
export interface VconCall {
  readonly uuid: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** When the call began; ISO 8601. */
  readonly start: string;
  readonly durationSeconds: number | null;
}

/**
 * A transcript as a vCon of draft-ietf-vcon-vcon-core, syntax 0.4.0: one dialog whose recording is not in it, and one
 * analysis whose body is JSON as text. Its words are those of the API, `v` being the speaker's number and `party` the
 * index of the party; `interpolated` marks times that were not measured.
 */
export function writeVcon({ words, interpolated, speakers }: ShownTranscript, call: VconCall): string {
  const numbers = [...new Set([...speakers.map(({ number }) => number), ...words.map(({ speaker }) => speaker)])];
  const marked = new Set<number>();
  for (let i = 0; i < interpolated.length; i += 2) {
    for (let at = interpolated[i]!; at < interpolated[i + 1]!; at++) marked.add(at);
  }
  const body = {
    words: words.map(({ text, punctuation, start, end, speaker }, i) => ({
      start,
      end,
      word: text,
      ...(punctuation !== '' && { p: punctuation }),
      v: speaker,
      party: numbers.indexOf(speaker),
      ...(marked.has(i) && { interpolated: true }),
    })),
  };
  const parties = numbers.map((number) => {
    const known = speakers.find((each) => each.number === number);
    return { ...(known?.name != null && { name: known.name }), ...(known?.email != null && { mailto: known.email }) };
  });
  const vcon = {
    vcon: '0.4.0',
    uuid: call.uuid,
    created_at: call.createdAt,
    parties,
    dialog: [
      {
        type: 'recording',
        start: call.start,
        ...(call.durationSeconds !== null && { duration: call.durationSeconds }),
        parties: numbers.map((_, i) => i),
      },
    ],
    analysis: [
      {
        type: 'transcript',
        dialog: 0,
        vendor: 'Debrief',
        product: 'Debrief',
        encoding: 'json',
        body: JSON.stringify(body),
      },
    ],
  };
  return `${JSON.stringify(vcon)}\n`;
}
