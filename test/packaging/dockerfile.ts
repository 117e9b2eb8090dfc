import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';

// Runs the steps of our Dockerfile without Docker: a stage is a directory, and the machine's own Node is the image's.

interface Step {
  readonly word: string;
  readonly rest: string;
}

interface StageText {
  readonly name: string;
  readonly from: string;
  readonly steps: readonly Step[];
}

export function readDockerfile(text: string): StageText[] {
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: (StageText & { steps: Step[] })[] = [];
  for (const line of lines) {
    const [, word = '', rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    if (word === '') throw new Error(`not understood: ${line}`);
    const [from = '', , name = 'final'] = rest.split(' ');
    if (word === 'FROM') stages.push({ name, from, steps: [] });
    else stages.at(-1)!.steps.push({ word, rest });
  }
  return stages;
}

/** Whom the image's user `node` is played by: somebody unprivileged. */
export const PLAYER =
  process.getuid!() === 0
    ? { name: 'nobody', group: 'nogroup', ids: { uid: 65_534, gid: 65_534 } }
    : { name: userInfo().username, group: String(process.getgid!()), ids: {} };

export interface Image {
  readonly dir: string;
  readonly workDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
}

/** Builds all stages at once, as Docker does; one that copies from another waits for it. */
export async function buildImage(text: string, context: string, into: string): Promise<Image> {
  const ignore = await readIgnore(context);
  const building = new Map<string, Promise<Image>>();
  for (const stage of readDockerfile(text)) {
    building.set(stage.name, buildStage(stage, { context, ignore, into, building: new Map(building) }));
  }
  await Promise.all(building.values());
  return [...building.values()].at(-1)!;
}

/** What .dockerignore lets in. Ours turns all away and names what may come. */
async function readIgnore(context: string): Promise<string[]> {
  const lines = (await readFile(join(context, '.dockerignore'), 'utf8')).split('\n');
  const [all, ...allowed] = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (all !== '*' || allowed.some((line) => !/^![\w.-]+$/.test(line))) throw new Error('.dockerignore: not understood');
  return allowed.map((line) => line.slice(1));
}

interface Building {
  readonly context: string;
  readonly ignore: readonly string[];
  readonly into: string;
  readonly building: ReadonlyMap<string, Promise<Image>>;
}

async function buildStage(stage: StageText, { context, ignore, into, building }: Building): Promise<Image> {
  const dir = join(into, stage.name);
  await mkdir(dir);
  await chmod(dir, 0o755);
  const image = {
    dir,
    workDir: dir,
    env: {} as Record<string, string>,
    user: 'root',
    command: [''],
    healthCheck: [''],
  };
  const run: Record<string, (rest: string) => Promise<unknown> | undefined> = {
    async WORKDIR(rest) {
      image.workDir = join(dir, rest);
      await mkdir(image.workDir, { recursive: true });
    },
    ENV(rest) {
      for (const pair of rest.split(' ')) {
        const [name = '', value = ''] = pair.split('=', 2);
        image.env[name] = value.startsWith('/') ? join(dir, value) : value;
      }
      return undefined;
    },
    async COPY(rest) {
      const words = rest.split(' ');
      const from = words[0]!.startsWith('--from=') ? await building.get(words.shift()!.slice(7)) : undefined;
      const to = join(image.workDir, words.pop()!);
      for (const word of words) {
        const names = word === '.' ? ignore : [word];
        for (const name of names) {
          if (!from && !ignore.includes(name)) throw new Error(`.dockerignore keeps ${name} out`);
          const source = from ? join(from.dir, name) : join(context, name);
          const target = word === '.' || words.length > 1 ? join(to, name) : to;
          await cp(source, target, { recursive: true });
        }
      }
    },
    async RUN(rest) {
      const script = rest
        .replace(/^--mount=\S+ /, '')
        .replace('-o node -g node', `-o ${PLAYER.name} -g ${PLAYER.group}`)
        .replaceAll(/ (\/\w+)/g, ` ${dir}$1`);
      const { PATH = '', HOME = '' } = process.env;
      const env = { PATH, HOME, npm_config_prefer_offline: 'true', ...image.env };
      const child = spawn('sh', ['-c', script], { cwd: image.workDir, env, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += chunk;
      });
      child.stderr.on('data', (chunk) => {
        output += chunk;
      });
      const [code] = await once(child, 'close');
      if (code !== 0) throw new Error(`RUN ${rest} ended with ${code}: ${output}`);
    },
    USER(rest) {
      image.user = rest;
      return undefined;
    },
    CMD(rest) {
      image.command = JSON.parse(rest);
      return undefined;
    },
    HEALTHCHECK(rest) {
      image.healthCheck = JSON.parse(rest.slice(rest.indexOf('CMD ') + 4));
      return undefined;
    },
    VOLUME: () => undefined,
    EXPOSE: () => undefined,
  };
  for (const { word, rest } of stage.steps) {
    const step = run[word];
    if (!step) throw new Error(`${word}: not understood`);
    await step(rest);
  }
  return image;
}

/** Starts a command in the image, as its user. */
export function startIn(image: Image, command: readonly string[], settings: Record<string, string>): ChildProcess {
  if (image.user !== 'node') throw new Error(`the image runs as ${image.user}`);
  const [program = '', ...args] = command;
  return spawn(program, args, {
    cwd: image.workDir,
    env: { PATH: process.env.PATH, HOME: '/', ...image.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...PLAYER.ids,
  });
}
