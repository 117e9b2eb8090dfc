/** A stretch of tone in a channel, in seconds. */
export interface Tone {
  readonly channel: number;
  readonly start: number;
  readonly end: number;
  /** In Hz; 440 unless given. */
  readonly pitch?: number;
}

/** A WAV file of 16-bit PCM with tones in silence. */
export function toneWav(
  tones: readonly Tone[],
  {
    seconds,
    channels = 2,
    rate = 8000,
  }: { readonly seconds: number; readonly channels?: number; readonly rate?: number },
): Buffer {
  const frames = Math.round(seconds * rate);
  const data = Buffer.alloc(frames * channels * 2);
  for (const { channel, start, end, pitch = 440 } of tones) {
    for (let i = Math.round(start * rate); i < Math.round(end * rate) && i < frames; i++) {
      const sample = Math.round(12_000 * Math.sin((2 * Math.PI * pitch * i) / rate));
      data.writeInt16LE(sample, (i * channels + channel) * 2);
    }
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * channels * 2, 28);
  header.writeUInt16LE(channels * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}
