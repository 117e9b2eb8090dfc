import { Text } from '@mantine/core';
import { createElement, Fragment, type ReactNode } from 'react';
import { parseComment } from './comment-html.js';

interface CommentTextProps {
  readonly html: string | null;
  /** The names of people, by id. */
  readonly people: ReadonlyMap<string, string>;
}

/** A comment as elements of React: those that comments may have. Of everything else, only the text is shown. */
export function CommentText({ html, people }: CommentTextProps) {
  return (
    <Text component="div" size="sm" className="comment-text">
      {shown(parseComment(html).childNodes, people)}
    </Text>
  );
}

const PLAIN = new Set(['P', 'BR', 'STRONG', 'EM', 'U', 'UL', 'OL', 'LI']);
const LINK = /^(?:https?:\/\/|mailto:)/i;

function shown(nodes: Iterable<Node>, people: ReadonlyMap<string, string>): ReactNode[] {
  return [...nodes].map((node, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the nodes of a text do not move
    if (!(node instanceof HTMLElement)) return <Fragment key={index}>{node.textContent}</Fragment>;
    const inside = node.childNodes.length > 0 ? shown(node.childNodes, people) : undefined;
    if (PLAIN.has(node.tagName)) return createElement(node.tagName.toLowerCase(), { key: index }, inside);
    const { userId } = node.dataset;
    if (userId !== undefined) {
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: the nodes of a text do not move
        <span key={index} className="mention">
          @{people.get(userId) ?? node.textContent?.replace(/^@/, '')}
        </span>
      );
    }
    const href = node.getAttribute('href') ?? '';
    if (node.tagName === 'A' && LINK.test(href)) {
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: the nodes of a text do not move
        <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">
          {inside}
        </a>
      );
    }
    // biome-ignore lint/suspicious/noArrayIndexKey: the nodes of a text do not move
    return <Fragment key={index}>{inside}</Fragment>;
  });
}
