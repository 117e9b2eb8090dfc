import { AVDISCARD_ALL, AVMEDIA_TYPE_AUDIO, type AVSampleFormat } from 'node-av/constants';
import {
  avChannelLayoutDefault,
  avChannelLayoutDescribe,
  avGetCodecName,
  avGetSampleFmtName,
  type ChannelLayout,
  CodecContext,
  Dictionary,
  FFmpegError,
  FilterGraph,
  FormatContext,
  Frame,
  InputFormat,
  Packet,
} from 'node-av/lib';
import { DEMUXERS, type EngineInput, type FoundSound } from './engine.js';

/** A file of which the first track of sound is decoded. */
export interface AudioInput {
  readonly found: FoundSound;
  /** The filter that gives its frames to a graph. */
  readonly source: string;
  /**
   * Decodes the next packet, and calls back with its frames, and the seconds at which each begins. Damaged packets are
   * left out.
   * @returns false at the end of the file.
   */
  read(onFrame: OnFrame): boolean;
  close(): void;
}

type OnFrame = (frame: Frame, seconds: number) => void;

/** FFmpeg's mark for no timestamp is the least number of 64 bits. */
const NO_TIMESTAMP = -(2n ** 63n);

/**
 * Returns what a function of FFmpeg's returned.
 * @throws FFmpegError if that is an error.
 */
export function check(code: number, what: string): number {
  FFmpegError.throwIfError(code, what);
  return code;
}

/** Makes a graph of filters from its text. */
export function buildGraph(text: string): FilterGraph {
  const graph = new FilterGraph();
  graph.alloc();
  graph.nbThreads = 1;
  check(graph.parsePtr(text), 'The graph of filters');
  check(graph.configSync(), 'The graph of filters');
  return graph;
}

/** Opens a file; null if there is no sound in it. */
export function openAudioInput({ path, container }: EngineInput): AudioInput | null {
  const file = new FormatContext();
  const options = Dictionary.fromObject({ protocol_whitelist: 'file' });
  check(file.openInputSync(`file:${path}`, InputFormat.findInputFormat(DEMUXERS[container]), options), 'The file');
  check(file.findStreamInfoSync(null), 'The file');
  const tracks = file.streams.filter(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO);
  const stream = tracks[0];
  if (stream === undefined) return null;
  for (const other of file.streams) if (other.index !== stream.index) other.discard = AVDISCARD_ALL;
  const { decoder: codec } = file.findBestStream(AVMEDIA_TYPE_AUDIO, stream.index, -1, true);
  if (codec === null) throw new Error('There is no decoder for its codec');
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  check(decoder.parametersToContext(stream.codecpar), 'The codec');
  decoder.pktTimebase = stream.timeBase;
  decoder.threadCount = 1;
  check(decoder.open2Sync(codec), 'The codec');

  const packet = new Packet();
  const frame = new Frame();
  packet.alloc();
  frame.alloc();
  const { num, den } = stream.timeBase;
  const { sampleRate, channels } = stream.codecpar;
  const timeBase = `time_base=${num}/${den}`;
  const shape = shapeOf(decoder.sampleFormat, sampleRate, named(stream.codecpar.channelLayout));
  let converter: Converter | null = null;
  let expectedSeconds = 0;

  function receive(onFrame: OnFrame): void {
    while (decoder.receiveFrameSync(frame) >= 0) {
      if (frame.pts === NO_TIMESTAMP) frame.pts = BigInt(Math.round((expectedSeconds * den) / num));
      frame.channelLayout = named(frame.channelLayout);
      const seconds = (Number(frame.pts) * num) / den;
      expectedSeconds = seconds + frame.nbSamples / frame.sampleRate;
      const own = shapeOf(frame.format as AVSampleFormat, frame.sampleRate, frame.channelLayout);
      if (own === shape) onFrame(frame, seconds);
      else {
        // Some files change their rate or channels on the way.
        if (converter?.from !== own) converter = openConverter(own, shape, timeBase);
        converter.convert(frame, (converted) => onFrame(converted, seconds));
      }
      frame.unref();
    }
  }

  return {
    found: {
      codec: avGetCodecName(stream.codecpar.codecId) ?? '',
      sampleRate,
      channels,
      tracks: tracks.length,
      firstSeconds: file.startTime === NO_TIMESTAMP ? 0 : Number(file.startTime) / 1e6,
    },
    source: `abuffer=${timeBase}:${shape}`,
    read(onFrame) {
      if (file.readFrameSync(packet) < 0) {
        decoder.sendPacketSync(null);
        receive(onFrame);
        return false;
      }
      if (packet.streamIndex === stream.index && decoder.sendPacketSync(packet) >= 0) receive(onFrame);
      packet.unref();
      return true;
    },
    close() {
      file.closeInputSync();
    },
  };
}

/** WAV files seldom say which channels theirs are: the usual ones are meant. */
function named(layout: ChannelLayout): ChannelLayout {
  return layout.mask === 0n ? avChannelLayoutDefault(layout.nbChannels) : layout;
}

/** A shape of samples, as options of a source of frames. */
function shapeOf(format: AVSampleFormat, sampleRate: number, layout: ChannelLayout): string {
  const name = avGetSampleFmtName(format);
  return `sample_rate=${sampleRate}:sample_fmt=${name}:channel_layout=${avChannelLayoutDescribe(layout)}`;
}

interface Converter {
  readonly from: string;
  convert(frame: Frame, onFrame: (frame: Frame) => void): void;
}

function openConverter(from: string, to: string, timeBase: string): Converter {
  const [, rate, format, layout] = /sample_rate=(.+):sample_fmt=(.+):channel_layout=(.+)/.exec(to) ?? [];
  const shape = `aresample=${rate},aformat=sample_fmts=${format}:channel_layouts=${layout}`;
  const graph = buildGraph(
    `abuffer@in=${timeBase}:${from},${shape},asettb=${timeBase.replace('time_base=', '')},abuffersink@out`,
  );
  const source = graph.getFilter('abuffer@in')!;
  const sink = graph.getFilter('abuffersink@out')!;
  const converted = new Frame();
  converted.alloc();
  return {
    from,
    convert(frame, onFrame) {
      check(source.buffersrcAddFrameSync(frame), 'A change of rate or channels');
      while (sink.buffersinkGetFrameSync(converted) >= 0) {
        onFrame(converted);
        converted.unref();
      }
    },
  };
}
