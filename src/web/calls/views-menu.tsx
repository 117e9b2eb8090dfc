import { Button, Checkbox, Group, Menu, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { v1Routes } from '../../client/index.js';
import type { View } from '../../contract/views.js';
import { api, messageOf } from '../api.js';
import { byName } from '../names.js';
import { SentForm } from '../sent-form.js';
import { toast } from '../toasts.js';
import { type CallsSearch, readCallsSearch } from './calls-search.js';

interface ViewsMenuProps {
  readonly search: CallsSearch;
  /** The columns that are shown now. */
  readonly columns: string;
  readonly user: { readonly id: string; readonly role: string };
  readonly onOpen: (search: CallsSearch) => void;
}

const viewsQuery = {
  queryKey: ['views'],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const views: View[] = [];
    for await (const view of api.list(v1Routes.views.list, { query: { limit: 1000 }, signal })) views.push(view);
    return views.sort(byName);
  },
};

/** What a view keeps of an address: all but which view is open. */
function queryOf({ view: _, ...search }: CallsSearch, columns: string): string {
  const given = Object.entries({ ...search, columns }).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given as [string, string][]).toString();
}

const searchOf = ({ id, query }: View): CallsSearch => ({
  ...readCallsSearch(Object.fromEntries(new URLSearchParams(query))),
  view: id,
});

/** Saved views: opening them, saving what is shown, and what else is done with the one that is open. */
export function ViewsMenu({ search, columns, user, onOpen }: ViewsMenuProps) {
  const { data: views = [] } = useQuery(viewsQuery);
  const [naming, setNaming] = useState<'new' | 'open' | null>(null);
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: viewsQuery.queryKey });
  const open = views.find(({ id }) => id === search.view);
  const isAdmin = user.role === 'admin';
  const mayChange = open !== undefined && (open.shared ? isAdmin : open.ownerId === user.id);
  const query = queryOf(search, columns);
  const change = useMutation({
    mutationFn: (body: { query?: string; shared?: boolean }) => api.v1.views.update({ params: { id: open!.id }, body }),
    onSuccess: ({ name, shared }, body) => {
      if (body.query !== undefined) toast(`Saved ${name}`);
      else toast(shared ? `Everyone has ${name} now` : `Only you have ${name} now`);
      return refresh();
    },
    onError: (error) => toast(messageOf(error)),
  });
  const remove = useMutation({
    mutationFn: async (view: View) => {
      await api.v1.views.remove({ params: { id: view.id } });
      return view;
    },
    onSuccess: ({ name, query, shared }) => {
      onOpen({ ...search, view: undefined });
      toast(`Deleted ${name}`, async () => {
        await api.v1.views.create({ body: { name, query, shared }, idempotencyKey: crypto.randomUUID() });
        await refresh();
      });
      return refresh();
    },
    onError: (error) => toast(messageOf(error)),
  });
  const groups = [
    { label: 'My views', of: views.filter(({ shared }) => !shared) },
    { label: 'Views for everyone', of: views.filter(({ shared }) => shared) },
  ];
  return (
    <>
      <Menu position="bottom-start" width={260}>
        <Menu.Target>
          <Button variant="default" maw={240}>
            {open === undefined ? 'Views' : `View: ${open.name}`}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah="70vh" style={{ overflowY: 'auto' }}>
          {groups
            .filter(({ of }) => of.length > 0)
            .map(({ label, of }) => (
              <Fragment key={label}>
                <Menu.Label>{label}</Menu.Label>
                {of.map((view) => (
                  <Menu.Item
                    key={view.id}
                    {...(view.id === open?.id && { 'aria-current': true, fw: 600 })}
                    onClick={() => onOpen(searchOf(view))}
                  >
                    {view.name}
                  </Menu.Item>
                ))}
              </Fragment>
            ))}
          {views.length > 0 && <Menu.Divider />}
          {mayChange && (
            <Menu.Item disabled={query === open.query} onClick={() => change.mutate({ query })}>
              Save
            </Menu.Item>
          )}
          <Menu.Item onClick={() => setNaming('new')}>Save as…</Menu.Item>
          {mayChange && (
            <>
              <Menu.Item onClick={() => setNaming('open')}>Rename…</Menu.Item>
              {isAdmin && (
                <Menu.Item onClick={() => change.mutate({ shared: !open.shared })}>
                  {open.shared ? 'Keep for myself' : 'Share with everyone'}
                </Menu.Item>
              )}
              <Menu.Item onClick={() => remove.mutate(open)}>Delete</Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={naming !== null}
        onClose={() => setNaming(null)}
        title={naming === 'open' ? 'Rename the view' : 'Save as a view'}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <NameView
          view={naming === 'open' ? open : undefined}
          query={query}
          mayShare={isAdmin && naming === 'new'}
          onDone={async (view) => {
            setNaming(null);
            await refresh();
            if (naming === 'new') onOpen(searchOf(view));
          }}
        />
      </Modal>
    </>
  );
}

interface NameViewProps {
  /** The view that gets another name; undefined for a new one. */
  readonly view: View | undefined;
  readonly query: string;
  readonly mayShare: boolean;
  readonly onDone: (view: View) => void;
}

function NameView({ view, query, mayShare, onDone }: NameViewProps) {
  const [name, setName] = useState(view?.name ?? '');
  const [shared, setShared] = useState(false);
  const save = useMutation({
    mutationFn: () =>
      view === undefined
        ? api.v1.views.create({ body: { name: name.trim(), query, shared }, idempotencyKey: crypto.randomUUID() })
        : api.v1.views.update({ params: { id: view.id }, body: { name: name.trim() } }),
    onSuccess: (saved) => {
      toast(`Saved ${saved.name}`);
      onDone(saved);
    },
  });
  return (
    <SentForm error={save.error} onSend={() => name.trim() !== '' && save.mutate()}>
      <TextInput
        label="Name"
        required
        maxLength={100}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {mayShare && (
        <Checkbox
          label="Share with everyone"
          checked={shared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
      )}
      <Group justify="flex-end">
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
      </Group>
    </SentForm>
  );
}
