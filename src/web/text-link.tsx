import { Anchor, type AnchorProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { Ref } from 'react';

interface TextProps extends Omit<AnchorProps, 'href'> {
  readonly ref?: Ref<HTMLAnchorElement>;
}

/** A link in text to a page of the app. */
export const TextLink = createLink((props: TextProps) => <Anchor size="sm" {...props} />);
