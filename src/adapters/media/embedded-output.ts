import { closeSync, openSync, writeSync } from 'node:fs';
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  type AVSampleFormat,
  FF_ENCODER_AAC,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  Dictionary,
  type FilterContext,
  FormatContext,
  type Frame,
  Packet,
  Rational,
} from 'node-av/lib';
import { check } from './embedded-input.js';
import type { RenditionOptions } from './engine.js';
import { SPEECH_RATE } from './graph.js';
import { HEADER_BYTES } from './speech-wav.js';

/** A file that frames are written to. */
export interface AudioOutput {
  write(frame: Frame): void;
  end(): void;
}

/** The samples of a frame of AAC. */
export const AAC_FRAME = 1024;

/** Writes a rendition from what a sink of frames gives: planar floats, `AAC_FRAME` samples each. */
export function openRendition({ path, bitRate }: RenditionOptions, sink: FilterContext): AudioOutput {
  const codec = Codec.findEncoderByName(FF_ENCODER_AAC)!;
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.sampleRate = sink.buffersinkGetSampleRate();
  encoder.sampleFormat = sink.buffersinkGetFormat() as AVSampleFormat;
  encoder.channelLayout = sink.buffersinkGetChannelLayout();
  encoder.timeBase = new Rational(1, encoder.sampleRate);
  encoder.bitRate = BigInt(bitRate);
  encoder.threadCount = 1;
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  check(encoder.setOption('aac_coder', 'fast', AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN), 'aac_coder');
  check(encoder.open2Sync(codec), 'The encoder');

  const file = new FormatContext();
  check(file.allocOutputContext2(null, 'ipod', path), 'The rendition');
  const stream = file.newStream();
  check(stream.codecpar.fromContext(encoder), 'The rendition');
  stream.timeBase = encoder.timeBase;
  check(file.openOutputSync(), 'The rendition');
  check(file.writeHeaderSync(Dictionary.fromObject({ movflags: '+faststart' })), 'The rendition');
  const packet = new Packet();
  packet.alloc();

  function encode(frame: Frame | null): void {
    check(encoder.sendFrameSync(frame), 'The encoder');
    while (encoder.receivePacketSync(packet) >= 0) {
      packet.streamIndex = 0;
      packet.rescaleTs(encoder.timeBase, stream.timeBase);
      check(file.interleavedWriteFrameSync(packet), 'The rendition');
    }
  }

  return {
    write: encode,
    end() {
      encode(null);
      check(file.writeTrailerSync(), 'The rendition');
      file.closeOutputSync();
    },
  };
}

/** Writes a file for speech: frames of one channel of 16 bits. */
export function openSpeech(path: string): AudioOutput {
  const file = openSync(path, 'w');
  let dataBytes = 0;
  writeSync(file, header(0));
  return {
    write(frame) {
      const bytes = frame.data![0]!.subarray(0, frame.nbSamples * 2);
      writeSync(file, bytes);
      dataBytes += bytes.length;
    },
    end() {
      writeSync(file, header(dataBytes), 0, HEADER_BYTES, 0);
      closeSync(file);
    },
  };
}

function header(dataBytes: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write('RIFF    WAVEfmt ', 0, 'latin1');
  bytes.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(SPEECH_RATE, 24);
  bytes.writeUInt32LE(SPEECH_RATE * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(dataBytes, 40);
  return bytes;
}
