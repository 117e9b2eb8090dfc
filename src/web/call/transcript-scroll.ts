import type { BlockList } from './block-list.js';
import { liveRange } from './text-paint.js';

/** Where what sticks to the top of the page ends. */
function topOf({ root }: BlockList): number {
  const sticking = [
    root.parentElement?.previousElementSibling,
    ...document.querySelectorAll('.player, .player-controls'),
  ];
  return Math.max(0, ...sticking.map((element) => element?.getBoundingClientRect().bottom ?? 0));
}

const rectOf = (range: AbstractRange): DOMRect => liveRange(range).getBoundingClientRect();

/** Whether a text is where one reads well: below what sticks to the top, and not at the very bottom. */
export function isInSight(list: BlockList, range: AbstractRange): boolean {
  const { top, bottom } = rectOf(range);
  return top >= topOf(list) && bottom <= innerHeight * 0.85;
}

/** Scrolls a text into the upper part of the page. */
export function scrollToText(list: BlockList, range: AbstractRange, isSmooth = false): void {
  const by = () => {
    const top = topOf(list);
    return rectOf(range).top - top - (innerHeight - top) * 0.25;
  };
  const distance = by();
  const isNear = Math.abs(distance) < innerHeight && !matchMedia('(prefers-reduced-motion: reduce)').matches;
  scrollBy({ top: distance, behavior: isSmooth && isNear ? 'smooth' : 'instant' });
  // What was not laid out before may be higher or lower than it was taken for.
  if (!isSmooth || !isNear) {
    requestAnimationFrame(() => {
      if (!isInSight(list, range)) scrollBy({ top: by(), behavior: 'instant' });
    });
  }
}
