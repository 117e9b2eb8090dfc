import { Button, Group, SegmentedControl, Stack, Tabs, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api } from '../api.js';
import { ClipsList } from './clips-list.js';
import { PlaylistsList } from './playlists-list.js';
import './styles.js';
import { TextDialog, type WrittenText } from './text-form.js';

const route = getRouteApi('/inside/library');

const WHOSE = {
  playlists: [
    { value: 'all', label: 'All' },
    { value: 'mine', label: 'Mine' },
  ],
  clips: [
    { value: 'all', label: 'All' },
    { value: 'mine', label: 'Mine' },
    { value: 'shared', label: 'Shared with me' },
  ],
};

/** Playlists and clips that the person sees. */
export function LibraryPage() {
  const { tab = 'playlists', whose = 'all', q } = route.useSearch();
  const navigate = route.useNavigate();
  const [isMaking, setIsMaking] = useState(false);
  return (
    <Stack>
      <title>Library · Debrief</title>
      <Group justify="space-between">
        <Title order={1} size="h2">
          Library
        </Title>
        <Button onClick={() => setIsMaking(true)}>New playlist</Button>
      </Group>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) => navigate({ search: { tab: next === 'clips' ? 'clips' : undefined } })}
      >
        <Tabs.List>
          <Tabs.Tab value="playlists">Playlists</Tabs.Tab>
          <Tabs.Tab value="clips">Clips</Tabs.Tab>
        </Tabs.List>
        <Group my="md" justify="space-between">
          <SegmentedControl
            aria-label="Whose"
            data={WHOSE[tab]}
            value={WHOSE[tab].some(({ value }) => value === whose) ? whose : 'all'}
            onChange={(next) => navigate({ search: (search) => ({ ...search, whose: whoseOf(next) }) })}
          />
          <Search key={`${tab} ${q}`} q={q ?? ''} noun={tab} />
        </Group>
        <Tabs.Panel value="playlists">
          <PlaylistsList isMine={whose === 'mine'} q={q} onMake={() => setIsMaking(true)} />
        </Tabs.Panel>
        <Tabs.Panel value="clips">
          <ClipsList whose={whose} q={q} />
        </Tabs.Panel>
      </Tabs>
      {isMaking && <NewPlaylist onClose={() => setIsMaking(false)} />}
    </Stack>
  );
}

const whoseOf = (value: string) => (value === 'mine' || value === 'shared' ? value : undefined);

function Search({ q, noun }: { readonly q: string; readonly noun: string }) {
  const navigate = route.useNavigate();
  const [text, setText] = useState(q);
  const search = (event: FormEvent) => {
    event.preventDefault();
    navigate({ search: (before) => ({ ...before, q: text.trim() === '' ? undefined : text.trim() }) });
  };
  return (
    <form onSubmit={search}>
      <TextInput
        type="search"
        aria-label={`Search ${noun} by title or note`}
        placeholder={`Search ${noun}`}
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}

function NewPlaylist({ onClose }: { readonly onClose: () => void }) {
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const make = useMutation({
    mutationFn: (body: WrittenText) => api.v1.playlists.create({ body, idempotencyKey: crypto.randomUUID() }),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: ['playlists'] });
      navigate({ to: '/library/playlists/$playlistId', params: { playlistId: id } });
    },
  });
  return (
    <TextDialog
      heading="New playlist"
      action="Make it"
      isPending={make.isPending}
      error={make.error}
      onSend={make.mutate}
      onClose={onClose}
    />
  );
}
