import { Checkbox, Table, UnstyledButton } from '@mantine/core';
import { Fragment } from 'react';
import { Cell, type CellContext, Passages, whoIn } from './call-cells.js';
import type { ListedCall } from './calls-query.js';
import type { Column } from './columns.js';
import type { Selection } from './selection.js';

interface CallsTableProps {
  readonly calls: readonly ListedCall[];
  readonly columns: readonly Column[];
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly selection: Selection;
  readonly context: CellContext;
}

export function CallsTable({ calls, columns, sort, onSort, selection, context }: CallsTableProps) {
  const { ids, toggleAll } = selection;
  return (
    <Table.ScrollContainer minWidth={columns.length * 100} scrollAreaProps={{ type: 'auto' }}>
      <Table highlightOnHover verticalSpacing="xs" className="calls-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={36}>
              <Checkbox
                aria-label="Select all calls that are shown"
                checked={calls.length > 0 && ids.size === calls.length}
                indeterminate={ids.size > 0 && ids.size < calls.length}
                onChange={toggleAll}
              />
            </Table.Th>
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {calls.map((call) => (
            <Row key={call.id} call={call} columns={columns} selection={selection} context={context} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Head({ column, sort, onSort }: { column: Column } & Pick<CallsTableProps, 'sort' | 'onSort'>) {
  const { label, sort: by, isNumber } = column;
  const align = isNumber ? 'right' : 'left';
  if (by === null) return <Table.Th ta={align}>{label}</Table.Th>;
  const isDescending = sort === `-${by}`;
  const isSorted = isDescending || sort === by;
  // The room of the arrow is kept, so that heads do not move; it is beside the label where that leaves the edge free.
  const arrow = (
    <span aria-hidden style={{ visibility: isSorted ? 'visible' : 'hidden' }}>
      {isSorted && !isDescending ? ' ↑ ' : ' ↓ '}
    </span>
  );
  return (
    <Table.Th ta={align} aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : 'none'}>
      <UnstyledButton className="calls-sort" fz="sm" onClick={() => onSort(isDescending ? by : `-${by}`)}>
        {isNumber && arrow}
        {label}
        {!isNumber && arrow}
      </UnstyledButton>
    </Table.Th>
  );
}

type RowProps = { readonly call: ListedCall } & Pick<CallsTableProps, 'columns' | 'selection' | 'context'>;

/** Cells are plain elements: there are hundreds of them, and components would take most of the time to the first row. */
function Row({ call, columns, selection, context }: RowProps) {
  const { id, matches = [] } = call;
  const hasPassages = matches.length > 0;
  return (
    <Fragment>
      <Table.Tr
        className="calls-row"
        data-call={id}
        bg={selection.ids.has(id) ? 'var(--mantine-primary-color-light)' : ''}
      >
        <td>
          <SelectCall call={call} selection={selection} context={context} />
        </td>
        {columns.map(({ id: column, isNumber }) => (
          <td
            key={column}
            className={isNumber ? 'calls-number' : column === 'who' || column === 'team' ? 'calls-name' : undefined}
          >
            <Cell column={column} call={call} context={context} />
          </td>
        ))}
      </Table.Tr>
      {hasPassages && (
        <Table.Tr>
          <td />
          <td colSpan={columns.length}>
            <Passages call={call} />
          </td>
        </Table.Tr>
      )}
    </Fragment>
  );
}

/** Chooses a call; with Shift, all from the last one that was chosen. */
export function SelectCall({ call, selection, context }: Pick<RowProps, 'call' | 'selection' | 'context'>) {
  return (
    <input
      type="checkbox"
      className="calls-check"
      aria-label={`Select the call of ${whoIn(call)}, ${context.formatInstant(call.callTime)}`}
      checked={selection.ids.has(call.id)}
      onChange={(event) => selection.toggle(call.id, (event.nativeEvent as MouseEvent).shiftKey === true)}
    />
  );
}
