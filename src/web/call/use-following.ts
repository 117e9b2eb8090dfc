import { useCallback, useEffect, useRef, useState } from 'react';
import type { BlockList } from './block-list.js';
import type { CallClock } from './clock.js';
import { blockOf, lastAtOrBelow } from './spoken-text.js';
import { liveRange, paint, textRange } from './text-paint.js';
import { isInSight, scrollToText } from './transcript-scroll.js';

const SCROLLING_KEYS = new Set(['PageUp', 'PageDown', 'ArrowUp', 'ArrowDown', 'Home', 'End']);
/** So long after our own scrolling, whatever leaves the screen leaves it because of that. */
const OWN_SCROLL_MS = 1000;

/** Within a block that is being heard, where its words are is measured this seldom: the page must be laid out for it. */
const LOOK_MS = 400;

interface Following {
  /** Whether the reader has scrolled away from what is heard. */
  readonly isLost: boolean;
  /** Stays where the reader is. */
  readonly lose: () => void;
  /** Goes to what is heard, and follows it again. */
  readonly follow: () => void;
}

/** Marks the word that is heard, and keeps it on the screen until the reader scrolls. */
export function useFollowing(list: BlockList, version: number, clock: CallClock): Following {
  const isFollowing = useRef(true);
  const [isLost, setIsLost] = useState(false);
  const shownWord = useRef(-1);
  const scrolledAt = useRef(0);

  const rangeAt = useCallback(
    (word: number) =>
      liveRange(textRange(list, blockOf(list.spoken, word), list.spoken.from[word]!, list.spoken.to[word]!)),
    [list],
  );
  const lose = useCallback(() => {
    isFollowing.current = false;
    setIsLost(true);
  }, []);
  const follow = useCallback(() => {
    isFollowing.current = true;
    setIsLost(false);
    const word = Math.max(0, lastAtOrBelow(list.spoken.starts, clock.now()));
    if (word >= list.spoken.starts.length) return;
    const range = rangeAt(word);
    // The second click of a double-click falls where the first one did.
    if (isInSight(list, range)) return;
    scrolledAt.current = performance.now();
    scrollToText(list, range);
  }, [list, clock, rangeAt]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other elements are marked anew
  useEffect(() => {
    // Without an event of its own, as where the browser's search goes, what is heard has left the screen.
    const seen = new IntersectionObserver(([entry]) => {
      const isOwn = performance.now() - scrolledAt.current < OWN_SCROLL_MS;
      if (entry!.isIntersecting || !isFollowing.current || isOwn) return;
      if (shownWord.current >= 0) lose();
    });
    let shownBlock = -1;
    let lookedAt = 0;
    const show = (seconds: number) => {
      const word = lastAtOrBelow(list.spoken.starts, seconds);
      if (word === shownWord.current) return;
      const isFirst = shownWord.current === -2;
      shownWord.current = word;
      if (word < 0) return paint('spoken', []);
      const range = rangeAt(word);
      paint('spoken', [range]);
      const block = blockOf(list.spoken, word);
      const now = performance.now();
      if (block !== shownBlock || !clock.isPlaying || now - lookedAt > LOOK_MS) {
        lookedAt = now;
        if (isFollowing.current && seconds > 0 && !isInSight(list, range)) {
          scrolledAt.current = now;
          scrollToText(list, range, clock.isPlaying && !isFirst);
        }
      }
      if (block === shownBlock) return;
      shownBlock = block;
      list.offer(block);
      seen.disconnect();
      seen.observe(list.element(block));
    };
    shownWord.current = -2;
    show(clock.now());
    const end = clock.listen(show);
    return () => {
      end();
      seen.disconnect();
      paint('spoken', []);
    };
  }, [list, version, clock, rangeAt, lose]);

  useEffect(() => {
    const press = ({ key, target }: KeyboardEvent) => {
      if (SCROLLING_KEYS.has(key) && !(target as Element).closest('input, textarea, [role]')) lose();
    };
    // The scroll bar is beside the page.
    const grasp = ({ clientX }: PointerEvent) => {
      if (clientX >= document.documentElement.clientWidth) lose();
    };
    document.addEventListener('keydown', press);
    document.addEventListener('pointerdown', grasp);
    list.root.addEventListener('wheel', lose, { passive: true });
    list.root.addEventListener('touchmove', lose, { passive: true });
    return () => {
      document.removeEventListener('keydown', press);
      document.removeEventListener('pointerdown', grasp);
      list.root.removeEventListener('wheel', lose);
      list.root.removeEventListener('touchmove', lose);
    };
  }, [list, lose]);

  return { isLost, lose, follow };
}
