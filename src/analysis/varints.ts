/**
 * Encodes non-negative safe integers as varints: seven bits to a byte, lowest first, the high bit set on all but a
 * number's last byte.
 */
export function encodeVarints(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    let rest = values[i]!;
    while (rest >= 128) {
      bytes[at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    bytes[at++] = rest;
  }
  return bytes.slice(0, at);
}

/**
 * Decodes varints.
 * @throws RangeError if the last number is cut off or one is not a safe integer.
 */
export function decodeVarints(bytes: Uint8Array): Float64Array {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) count += bytes[i]! < 128 ? 1 : 0;
  const values = new Float64Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    let byte = bytes[at++]!;
    let value = byte & 127;
    for (let unit = 128; byte >= 128; unit *= 128) {
      byte = bytes[at++]!;
      value += (byte & 127) * unit;
    }
    if (!(value <= Number.MAX_SAFE_INTEGER)) throw new RangeError('analysis form: a number is out of range');
    values[i] = value;
  }
  if (at !== bytes.length) throw new RangeError('analysis form: a number is cut off');
  return values;
}

/**
 * Decodes lengths given as varints into offsets: where each part begins if the parts are laid end to end, and at the
 * end their total.
 * @throws RangeError if the last number is cut off, or the lengths do not add up to `total`.
 */
export function decodeOffsets(bytes: Uint8Array, total: number): Uint32Array {
  const starts = shortOffsets(bytes) ?? longOffsets(bytes);
  const end = starts.at(-1)!;
  if (end !== total) throw new RangeError(`analysis form: lengths make up ${end} where there are ${total}`);
  return starts;
}

/** The fast case, in which each length is one byte, as it nearly always is; otherwise null. */
function shortOffsets(bytes: Uint8Array): Uint32Array | null {
  const starts = new Uint32Array(bytes.length + 1);
  let bits = 0;
  let end = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    bits |= byte;
    end += byte;
    starts[i + 1] = end;
  }
  return bits < 128 ? starts : null;
}

function longOffsets(bytes: Uint8Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) count += bytes[i]! < 128 ? 1 : 0;
  const starts = new Uint32Array(count + 1);
  let at = 0;
  let end = 0;
  for (let i = 1; i <= count; i++) {
    let byte = bytes[at++]!;
    end += byte & 127;
    for (let unit = 128; byte >= 128; unit *= 128) {
      byte = bytes[at++]!;
      end += (byte & 127) * unit;
    }
    starts[i] = end;
  }
  if (at !== bytes.length) throw new RangeError('analysis form: a length is cut off');
  return starts;
}
