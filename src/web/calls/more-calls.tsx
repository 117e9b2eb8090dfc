import { Button, Group, Loader, Text } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { useEffect } from 'react';
import type { useCalls } from './calls-query.js';

interface MoreCallsProps {
  readonly calls: ReturnType<typeof useCalls>;
  readonly format: (instant: string) => string;
  /** Whether nothing was found so far. */
  readonly isEmpty: boolean;
}

/**
 * The end of the list while there are more calls. They come by themselves once it is near; a search that has found
 * nothing yet goes on, and says how far back it has looked.
 */
export function MoreCalls({ calls, format, isEmpty }: MoreCallsProps) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, isPlaceholderData, fetchNextPage, data } = calls;
  const { ref, entry } = useIntersection({ rootMargin: '600px' });
  const isNear = entry?.isIntersecting === true;
  const pages = data?.pages.length ?? 0;
  const goesOn = hasNextPage && !isFetchNextPageError && !isPlaceholderData && (isNear || isEmpty);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end may be near again after each page.
  useEffect(() => {
    if (goesOn && !isFetchingNextPage) fetchNextPage();
  }, [goesOn, isFetchingNextPage, fetchNextPage, pages]);
  if (!hasNextPage) return null;
  const searchedTo = data?.pages.at(-1)?.searchedTo;
  return (
    <Group ref={ref} justify="center" p="md" mih={68}>
      {(searchedTo || isEmpty) && (
        <Text size="sm" role="status">
          {searchedTo ? `Searched back to ${format(searchedTo)}, going on…` : 'Searching, going on…'}
        </Text>
      )}
      {isEmpty ? (
        <Loader size="sm" aria-hidden />
      ) : (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
          More
        </Button>
      )}
    </Group>
  );
}
