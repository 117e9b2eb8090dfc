const HEADER_BYTES = 58;
const FORMAT_MU_LAW = 7;
const BIAS = 0x84;
const CLIP = 32_635;

/** A WAV file of channels of equal length, coded in µ-law (ITU-T G.711): half the bytes of 16 bits. */
export function muLawWav(channels: readonly Float32Array[], sampleRate: number): Buffer {
  const count = channels.length;
  const samples = channels[0]?.length ?? 0;
  const dataBytes = samples * count;
  const wav = Buffer.alloc(HEADER_BYTES + dataBytes + (dataBytes % 2));
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(18, 16);
  wav.writeUInt16LE(FORMAT_MU_LAW, 20);
  wav.writeUInt16LE(count, 22);
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(sampleRate * count, 28);
  wav.writeUInt16LE(count, 32);
  wav.writeUInt16LE(8, 34);
  wav.write('fact', 38, 'latin1');
  wav.writeUInt32LE(4, 42);
  wav.writeUInt32LE(samples, 46);
  wav.write('data', 50, 'latin1');
  wav.writeUInt32LE(dataBytes, 54);
  for (const [c, channel] of channels.entries()) {
    for (let i = 0; i < samples; i++) wav[HEADER_BYTES + i * count + c] = muLaw(channel[i]!);
  }
  return wav;
}

function muLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const biased = Math.min(Math.round(Math.abs(sample)), CLIP) + BIAS;
  const exponent = 24 - Math.clz32(biased);
  const mantissa = (biased >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}
