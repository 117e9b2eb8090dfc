import { Button, Group, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Fault } from './sent-form.js';
import { Waiting } from './shell/states.js';

/** A page of a list. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface Column<Item> {
  readonly title: string;
  readonly show: (item: Item) => ReactNode;
}

interface ListTableProps<Item> {
  /** What the table is of, for who cannot see it. */
  readonly label: string;
  readonly queryKey: readonly unknown[];
  readonly read: (query: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<Page<Item>>;
  readonly keyOf: (item: Item) => string | number;
  /** The first names the row. */
  readonly columns: readonly Column<Item>[];
  /** What to say if there is nothing. */
  readonly nothing: string;
}

const PAGE = 100;

/** A list as a table to read, a page at a time. */
export function ListTable<Item>({ label, queryKey, read, keyOf, columns, nothing }: ListTableProps<Item>) {
  const list = useInfiniteQuery({
    queryKey: [...queryKey, 'table'],
    queryFn: ({ pageParam, signal }) => read({ limit: PAGE, ...(pageParam !== null && { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  if (list.isPending) return <Waiting />;
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Fault error={list.error} />
      {list.isSuccess && items.length === 0 && <Text>{nothing}</Text>}
      {items.length > 0 && (
        <Table.ScrollContainer minWidth={480} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label } }}>
          <Table aria-label={label} striped>
            <Table.Thead>
              <Table.Tr>
                {columns.map(({ title }) => (
                  <Table.Th key={title}>{title}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((item) => (
                <Table.Tr key={keyOf(item)}>
                  {columns.map(({ title, show }, index) =>
                    index === 0 ? (
                      <Table.Th key={title} scope="row">
                        {show(item)}
                      </Table.Th>
                    ) : (
                      <Table.Td key={title}>{show(item)}</Table.Td>
                    ),
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {list.hasNextPage && (
        <Group justify="center">
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            More
          </Button>
        </Group>
      )}
    </>
  );
}
