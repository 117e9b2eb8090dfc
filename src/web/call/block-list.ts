import { formatLength } from '../instants.js';
import type { SpokenBlock, SpokenText } from './spoken-text.js';

/** So many blocks are made at once: more than a screen shows. The others come when the browser is idle. */
const FIRST_BLOCKS = 60;
/** How long the browser is kept busy at a time, in milliseconds. */
const SLICE_MS = 8;

const NOTHING: SpokenText = {
  starts: new Float64Array(),
  ends: new Float64Array(),
  from: new Uint32Array(),
  to: new Uint32Array(),
  blocks: [],
  firsts: [],
};
const NO_NAMES: ReadonlyMap<number, string> = new Map();

/**
 * The blocks of a transcript as elements: each a time, a name and one text. React takes no part in them, however many
 * there are. One of the times is a tab stop, and the arrow keys go from one to the next.
 */
export class BlockList {
  readonly root = document.createElement('div');
  readonly #listeners = new Set<() => void>();
  #spoken = NOTHING;
  #names = NO_NAMES;
  #only: number | null = null;
  #stop: HTMLElement | null = null;
  #later = 0;
  #version = 0;

  constructor() {
    this.root.addEventListener('keydown', (event) => this.#move(event));
    this.root.addEventListener('focusin', ({ target }) => this.#makeStop((target as Element).closest('section')));
  }

  get spoken(): SpokenText {
    return this.#spoken;
  }

  /** Changes when the elements do: ranges in the old ones are worth nothing then. */
  version = (): number => this.#version;

  /** Calls `listener` when `version` changes. Returns what ends this. */
  listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Shows a transcript. Blocks that are in the old one too keep their elements. */
  show(spoken: SpokenText, names: ReadonlyMap<number, string>): void {
    cancelLater(this.#later);
    const { children } = this.root;
    const [old, blocks] = [this.#spoken.blocks.slice(0, children.length), spoken.blocks];
    let before = 0;
    while (before < old.length && before < blocks.length && isSame(old[before]!, blocks[before]!)) before++;
    let after = 0;
    const most = Math.min(old.length, blocks.length) - before;
    while (after < most && isSame(old.at(-1 - after)!, blocks.at(-1 - after)!)) after++;
    const focused = this.blockOf(document.activeElement);
    for (let left = old.length - before - after; left > 0; left--) children[before]!.remove();
    const next = after > 0 ? children[before]! : null;
    if (names !== this.#names) {
      for (const [i, block] of [...blocks.slice(0, before), ...blocks.slice(blocks.length - after)].entries()) {
        children[i]!.children[1]!.textContent = names.get(block.speaker) ?? '';
      }
    }
    [this.#spoken, this.#names] = [spoken, names];
    if (next !== null) {
      const made = blocks.slice(before, blocks.length - after).map((block) => this.#make(block));
      next.before(...made);
    } else this.#build(Math.min(blocks.length, before + FIRST_BLOCKS));
    if (this.#stop === null || !this.#stop.isConnected) this.#makeStop(this.root.firstElementChild);
    // The focus stays at its place, even if the block there is a new one.
    if (focused !== null && !this.root.contains(document.activeElement) && blocks.length > 0) {
      timeOf(this.element(Math.min(focused, blocks.length - 1))).focus();
    }
    this.#buildLater();
    this.#tell();
  }

  /** Shows the blocks of one speaker only, or all. */
  filter(only: number | null): void {
    this.#only = only;
    for (let i = 0; i < this.root.children.length; i++) {
      (this.root.children[i] as HTMLElement).hidden = this.#isHidden(this.#spoken.blocks[i]!);
    }
    if (this.#stop?.hidden) this.#makeStop(this.root.querySelector('section:not([hidden])'));
  }

  element(block: number): HTMLElement {
    if (block >= this.root.children.length) this.#build(block + 1);
    return this.root.children[block] as HTMLElement;
  }

  text(block: number): Text {
    return this.element(block).querySelector(':scope > p')!.firstChild as Text;
  }

  /** The block that a node is in; null elsewhere. */
  blockOf(node: Node | null): number | null {
    const section = (node instanceof Element ? node : node?.parentElement)?.closest('section') ?? null;
    return section === null || section.parentElement !== this.root ? null : [...this.root.children].indexOf(section);
  }

  /** Puts something in place of the words of a block. It goes by itself when the block does. */
  replaceWords(block: number, instead: HTMLElement): void {
    const section = this.element(block);
    (section.querySelector(':scope > p') as HTMLElement).hidden = true;
    section.append(instead);
  }

  /** Shows the words of a block again, and puts the focus on it. */
  restoreWords(block: number, instead: HTMLElement): void {
    instead.remove();
    const section = this.element(block);
    (section.querySelector(':scope > p') as HTMLElement).hidden = false;
    timeOf(section).focus();
  }

  /** Makes a block's time the tab stop, unless the focus is on that of another one. */
  offer(block: number): void {
    if (!this.root.contains(document.activeElement)) this.#makeStop(this.element(block));
  }

  /** No more blocks are made. */
  end(): void {
    cancelLater(this.#later);
  }

  #build(until: number): void {
    const { blocks } = this.#spoken;
    const made = blocks.slice(this.root.children.length, until).map((block) => this.#make(block));
    this.root.append(...made);
  }

  #buildLater(): void {
    if (this.root.children.length >= this.#spoken.blocks.length) return;
    this.#later = later(() => {
      const until = performance.now() + SLICE_MS;
      while (this.root.children.length < this.#spoken.blocks.length && performance.now() < until) {
        this.#build(this.root.children.length + FIRST_BLOCKS);
      }
      if (this.root.children.length >= this.#spoken.blocks.length) this.#tell();
      else this.#buildLater();
    });
  }

  #make(block: SpokenBlock): HTMLElement {
    const section = MODEL.cloneNode(true) as HTMLElement;
    const [time, name, words] = section.children as unknown as [HTMLElement, HTMLElement, HTMLElement];
    time.textContent = formatLength(block.startSeconds);
    name.textContent = this.#names.get(block.speaker) ?? '';
    words.textContent = block.text;
    // How high it will be, about, before it is laid out.
    section.style.setProperty('--chars', String(block.text.length));
    if (this.#isHidden(block)) section.hidden = true;
    return section;
  }

  #isHidden({ speaker }: SpokenBlock): boolean {
    return this.#only !== null && speaker !== this.#only;
  }

  #makeStop(section: Element | null): void {
    if (section === null || section === this.#stop) return;
    if (this.#stop !== null) timeOf(this.#stop).tabIndex = -1;
    this.#stop = section as HTMLElement;
    timeOf(this.#stop).tabIndex = 0;
  }

  #move(event: KeyboardEvent): void {
    if (!(event.target as Element).matches('section > button')) return;
    const section = (event.target as Element).parentElement!;
    const step = MOVES[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    let next = step(section, this.root);
    while (next instanceof HTMLElement && next.hidden) next = step(next, this.root);
    if (next !== null) timeOf(next as HTMLElement).focus();
  }

  #tell(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}

const MOVES: Readonly<Record<string, (from: Element, root: Element) => Element | null>> = {
  ArrowDown: (from) => from.nextElementSibling,
  ArrowUp: (from) => from.previousElementSibling,
};

const MODEL = makeModel();

function makeModel(): HTMLElement {
  const block = document.createElement('section');
  const time = document.createElement('button');
  time.type = 'button';
  time.tabIndex = -1;
  block.append(time, document.createElement('span'), document.createElement('p'));
  return block;
}

const timeOf = (section: HTMLElement) => section.firstElementChild as HTMLElement;

function isSame(a: SpokenBlock, b: SpokenBlock): boolean {
  return a.text === b.text && a.speaker === b.speaker && a.startSeconds === b.startSeconds;
}

// Safari has no idle callbacks.
const later: (run: () => void) => number =
  'requestIdleCallback' in window ? (run) => requestIdleCallback(run, { timeout: 100 }) : (run) => setTimeout(run, 16);
const cancelLater: (id: number) => void =
  'cancelIdleCallback' in window ? (id) => cancelIdleCallback(id) : (id) => clearTimeout(id);
