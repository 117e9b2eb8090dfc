import { Button, Group, Menu, Select, Stack, Text, Title } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { ApiError } from '../../client/index.js';
import type { Session } from '../../contract/sessions.js';
import { createInstantFormat } from '../instants.js';
import { teamsQuery } from '../people.js';
import { Fault } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { State, Waiting } from '../shell/states.js';
import { UploadButton } from '../upload/upload-button.js';
import { CallsList } from './calls-list.js';
import { useCallCount, useCalls } from './calls-query.js';
import type { CallsSearch } from './calls-search.js';
import { CallsTable } from './calls-table.js';
import { COLUMNS, type Column, columnsOf, setDisplay, textOfColumns, useDisplay } from './columns.js';
import { downloadFound } from './csv.js';
import { FilterChips } from './filter-chips.js';
import { FilterDrawer } from './filter-drawer.js';
import { type ChangeSearch, filtersOf, SORTS, sortOf, withoutDisplay, withoutFilters } from './filters.js';
import { MoreCalls } from './more-calls.js';
import { useRowKeys } from './row-keys.js';
import { SearchBox } from './search-box.js';
import { useSelection } from './selection.js';
import { SelectionBar } from './selection-bar.js';
import './styles.js';
import { ViewsMenu } from './views-menu.js';

const route = getRouteApi('/inside/calls');

export function CallsPage() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  return session && <Calls session={session} />;
}

const PHONE = '(max-width: 48em)';

function Calls({ session: { user, timeZone } }: { readonly session: Session }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const calls = useCalls(search, timeZone);
  const count = useCallCount(search, timeZone);
  const [isFiltering, { open, close }] = useDisclosure();
  const isPhone = useMediaQuery(PHONE, undefined, { getInitialValueInEffect: false });
  const display = useDisplay();
  const { data: teams } = useQuery(teamsQuery);
  const context = useMemo(
    () => ({
      formatInstant: createInstantFormat(timeZone),
      teams: new Map(teams?.map(({ id, name }) => [id, name])),
    }),
    [timeZone, teams],
  );
  const rows = useMemo(() => calls.data?.pages.flatMap((page) => page.items) ?? [], [calls.data]);
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  const selection = useSelection(ids);
  useRowKeys(selection.toggle);
  const change: ChangeSearch = (changed) => navigate({ search: (now) => ({ ...now, ...changed }) as CallsSearch });
  const clear = () => navigate({ search: withoutFilters(search) });
  const sort = sortOf(search);
  const sortBy = (by: string) => change({ sort: by });
  const columns = columnsOf(search.columns ?? display.columns);
  const showColumns = (shown: readonly Column[]) => {
    setDisplay({ columns: textOfColumns(shown) });
    if (search.columns !== undefined) change({ columns: textOfColumns(shown) });
  };
  const isFiltered = Object.values(withoutDisplay(search)).some((value) => value !== undefined);
  const layout = isPhone ? 'list' : display.layout;
  const isOfSearch = calls.error instanceof ApiError && calls.error.problem.parameter === 'q';
  const isEmpty = calls.isSuccess && !calls.isPlaceholderData && rows.length === 0 && !calls.hasNextPage;
  return (
    <Stack gap="sm">
      <title>Calls · Debrief</title>
      <Group justify="space-between" gap="xs">
        <Title order={1} size="h2">
          Calls
        </Title>
        <Group gap="sm">
          <Text size="sm" role="status" mih={22}>
            {count}
          </Text>
          <UploadButton />
        </Group>
      </Group>
      <Group gap="xs" align="start">
        <SearchBox
          key={search.q}
          q={search.q ?? ''}
          error={isOfSearch ? (calls.error as ApiError).problem.detail : null}
          onSearch={(q) => change({ q, ...(q === undefined && sort === '-relevance' && { sort: undefined }) })}
        />
        <Button variant="default" onClick={open}>
          Filters
        </Button>
        <ViewsMenu
          search={search}
          columns={textOfColumns(columns)}
          user={user}
          onOpen={(opened) => navigate({ search: opened })}
        />
        {layout === 'list' && (
          <Select
            aria-label="Order"
            w={210}
            allowDeselect={false}
            data={Object.entries(SORTS)
              .filter(([value]) => value !== '-relevance' || search.q !== undefined)
              .map(([value, label]) => ({ value, label }))}
            value={sort}
            onChange={(value) => value !== null && sortBy(value)}
          />
        )}
        <DisplayMenu columns={columns} onColumns={showColumns} isPhone={isPhone === true} layout={layout} />
        <ExportFound search={search} timeZone={timeZone} />
      </Group>
      <FilterChips search={search} onChange={change} onClear={clear} />
      <FilterDrawer search={search} onChange={change} opened={isFiltering} onClose={close} />
      {!isOfSearch && <Fault error={calls.error} />}
      {calls.isPending && <Waiting />}
      <div style={{ opacity: calls.isPlaceholderData ? 0.6 : 1 }} aria-busy={calls.isPlaceholderData}>
        {rows.length > 0 &&
          (layout === 'list' ? (
            <CallsList calls={rows} selection={selection} context={context} />
          ) : (
            <CallsTable
              calls={rows}
              columns={columns}
              sort={sort}
              onSort={sortBy}
              selection={selection}
              context={context}
            />
          ))}
      </div>
      {!calls.isError && <MoreCalls calls={calls} format={context.formatInstant} isEmpty={rows.length === 0} />}
      {isEmpty && (isFiltered ? <NothingFound onClear={clear} /> : <NoCalls />)}
      <SelectionBar selection={selection} timeZone={timeZone} userId={user.id} />
    </Stack>
  );
}

function NothingFound({ onClear }: { readonly onClear: () => void }) {
  return (
    <State title="Nothing found">
      <Text>No call that you see fits. Try fewer filters, or other words.</Text>
      <Button variant="default" onClick={onClear}>
        Clear all filters
      </Button>
    </State>
  );
}

function NoCalls() {
  return (
    <State title="There are no calls yet">
      <Text>Upload a recording or a transcript, or let your telephone system send calls.</Text>
      <Group justify="center">
        <Button component="a" href="/calls/upload">
          Upload calls
        </Button>
        <Button component="a" href="/docs" variant="default">
          How calls come in
        </Button>
      </Group>
    </State>
  );
}

interface DisplayMenuProps {
  readonly columns: readonly Column[];
  readonly onColumns: (columns: readonly Column[]) => void;
  readonly isPhone: boolean;
  readonly layout: 'table' | 'list';
}

/** Table or list, and the table's columns. A phone always has the list. */
function DisplayMenu({ columns, onColumns, isPhone, layout }: DisplayMenuProps) {
  if (isPhone) return null;
  const isShown = (column: Column) => columns.includes(column);
  return (
    <Menu closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default">Display</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['table', 'list'] as const).map((each) => (
          <Menu.Item
            key={each}
            role="menuitemradio"
            aria-checked={layout === each}
            leftSection={<Tick isOn={layout === each} />}
            onClick={() => setDisplay({ layout: each })}
          >
            {each === 'table' ? 'Table' : 'Compact list'}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {COLUMNS.slice(1).map((column) => (
          <Menu.Item
            key={column.id}
            role="menuitemcheckbox"
            aria-checked={isShown(column)}
            leftSection={<Tick isOn={isShown(column)} />}
            onClick={() => onColumns(COLUMNS.filter((each) => (each === column ? !isShown(each) : isShown(each))))}
          >
            {column.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const Tick = ({ isOn }: { readonly isOn: boolean }) => (
  <span aria-hidden style={{ visibility: isOn ? 'visible' : 'hidden' }}>
    ✓
  </span>
);

function ExportFound({ search, timeZone }: { readonly search: CallsSearch; readonly timeZone: string }) {
  const save = useMutation({
    mutationFn: () => downloadFound(filtersOf(search, timeZone), search.sort, timeZone),
  });
  return (
    <>
      <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
        Export all as CSV
      </Button>
      <Fault error={save.error} />
    </>
  );
}
