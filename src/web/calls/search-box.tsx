import { ActionIcon, Anchor, Group, Popover, Table, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';

const LANGUAGE = [
  ['price discount', 'calls in which both words occur'],
  ['"good price"', 'the words one after the other'],
  ['pric*', 'words that begin with it'],
  ['-discount', 'calls in which it does not occur'],
  ['price or cost', 'calls with either'],
  ['price NEAR/5 discount', 'the two within 5 words of each other'],
] as const;

interface SearchBoxProps {
  readonly q: string;
  /** What is wrong with the search, in the server's words. */
  readonly error: string | null;
  readonly onSearch: (q: string | undefined) => void;
}

/** The search of what was said, with its language explained in place. */
export function SearchBox({ q, error, onSearch }: SearchBoxProps) {
  const [text, setText] = useState(q);
  const search = (event: FormEvent) => {
    event.preventDefault();
    onSearch(text.trim() === '' ? undefined : text.trim());
  };
  return (
    <form onSubmit={search}>
      <Group gap={4} align="start" wrap="nowrap">
        <TextInput
          type="search"
          id="calls-search"
          aria-label="Search what was said"
          placeholder="Search what was said"
          flex={1}
          miw={0}
          w={320}
          value={text}
          error={error}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Popover position="bottom-end" width={360} withArrow trapFocus>
          <Popover.Target>
            <ActionIcon variant="default" size={36} aria-label="How to search">
              ?
            </ActionIcon>
          </Popover.Target>
          <Popover.Dropdown maw="calc(100vw - 2rem)">
            <Text size="sm" fw={600} mb={4}>
              How to search
            </Text>
            <Table verticalSpacing={4} horizontalSpacing={4} layout="fixed">
              <Table.Tbody>
                {LANGUAGE.map(([written, finds]) => (
                  <Table.Tr key={written}>
                    <Table.Td>
                      <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                        {written}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Text size="sm">{finds}</Text>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
            <Text size="sm" mt="xs">
              In English, price also finds prices and pricing; in quotes it finds only price.{' '}
              <Anchor
                size="sm"
                component="button"
                type="button"
                onClick={() => setText('"too expensive" or price NEAR/5 discount -free')}
              >
                Try an example
              </Anchor>
            </Text>
          </Popover.Dropdown>
        </Popover>
      </Group>
    </form>
  );
}
