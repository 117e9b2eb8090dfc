import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ClipShare } from '../../contract/clip-shares.js';
import { api, messageOf } from '../api.js';
import { createInstantFormat } from '../instants.js';
import { teamsQuery, usePeople } from '../people.js';
import { Fault } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { LinkField } from '../shares/link-field.js';
import { clipSharesQuery } from './queries.js';

/** With whom a clip is shared, and who has opened its links. */
export function ClipShares({ clipId }: { readonly clipId: string }) {
  const shares = useQuery(clipSharesQuery(clipId));
  return (
    <section>
      <Title order={3} size="h5" mb={4}>
        Shared with
      </Title>
      {shares.isPending && <Text size="sm">Loading…</Text>}
      <Fault error={shares.error} />
      {shares.data?.length === 0 && <Text size="sm">Nobody yet. Whoever sees the call sees it anyway.</Text>}
      <Stack gap="xs">
        {shares.data?.map((share) => (
          <ShownShare key={share.id} share={share} />
        ))}
      </Stack>
    </section>
  );
}

function ShownShare({ share }: { readonly share: ClipShare }) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { data: teams } = useQuery(teamsQuery);
  const people = usePeople();
  const format = createInstantFormat(session?.timeZone ?? 'UTC');
  const isOwn = share.sharedBy === session?.user.id || session?.user.role === 'admin';
  const nameOf = (id: string) => people.get(id) ?? 'Somebody';
  const teamOf = (id: string) => `${teams?.find((team) => team.id === id)?.name ?? 'A team'} (team)`;
  const { recipientUserIds, recipientTeamIds, recipientEmails } = share;
  const recipients = [...recipientUserIds.map(nameOf), ...recipientTeamIds.map(teamOf), ...recipientEmails];
  return (
    <Paper withBorder p="xs" component="article">
      <Stack gap={4}>
        <Text size="sm" fw={600}>
          {recipients.join(', ')}
        </Text>
        <Text size="xs" c="dimmed">
          By {nameOf(share.sharedBy)}, {format(share.sharedAt)}
          {share.audio && ' · with sound'}
        </Text>
        {share.message !== null && (
          <Text size="sm" className="library-text">
            {share.message}
          </Text>
        )}
        {share.revokedAt !== null && (
          <Badge variant="default" size="sm">
            Revoked {format(share.revokedAt)}
          </Badge>
        )}
        {share.revokedAt === null && isOwn && <Links share={share} format={format} />}
        {isOwn && (
          <Group gap="xs" align="flex-start">
            {recipientEmails.length > 0 && <Accesses shareId={share.id} format={format} />}
            {share.revokedAt === null && <Revoke share={share} />}
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

interface LinksProps {
  readonly share: ClipShare;
  readonly format: (instant: string) => string;
}

function Links({ share: { id, clipId, links }, format }: LinksProps) {
  const queryClient = useQueryClient();
  const renew = useMutation({
    mutationFn: (email: string) => api.v1.createClipShareLink({ params: { id }, body: { email } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['clip', clipId, 'shares'] }),
  });
  return (
    <>
      {links.map(({ email, expiresAt }) => (
        <Group key={email} gap="xs" justify="space-between">
          <Text size="sm">
            {email}: the link {Date.parse(expiresAt) < Date.now() ? 'ended' : 'ends'} {format(expiresAt)}
          </Text>
          <Button variant="subtle" size="compact-xs" loading={renew.isPending} onClick={() => renew.mutate(email)}>
            New link
          </Button>
        </Group>
      ))}
      <Fault error={renew.error} />
      {renew.data?.url !== undefined && (
        <LinkField label={`${renew.data.email}, instead of the old link`} url={renew.data.url} />
      )}
    </>
  );
}

function Accesses({ shareId, format }: { readonly shareId: string; readonly format: LinksProps['format'] }) {
  const [isOpen, setIsOpen] = useState(false);
  const accesses = useQuery({
    queryKey: ['clip-accesses', shareId],
    queryFn: async () => (await api.v1.clipShareAccesses({ params: { id: shareId }, query: { limit: 100 } })).items,
    enabled: isOpen,
  });
  return (
    <Stack gap={2} align="flex-start">
      <Button variant="subtle" size="compact-xs" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        Who opened it
      </Button>
      {isOpen && accesses.isPending && <Text size="sm">Loading…</Text>}
      {isOpen && accesses.isError && (
        <Text size="sm" role="alert">
          {messageOf(accesses.error)}
        </Text>
      )}
      {isOpen && accesses.data?.length === 0 && <Text size="sm">Nobody has opened a link yet.</Text>}
      {isOpen &&
        accesses.data?.map(({ id, email, openings, lastAt }) => (
          <Text key={id} size="sm">
            {email}: {openings === 1 ? 'once' : `${openings} times`}, last {format(lastAt)}
          </Text>
        ))}
    </Stack>
  );
}

function Revoke({ share: { id, clipId } }: { readonly share: ClipShare }) {
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.v1.revokeClipShare({ params: { id } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['clip', clipId, 'shares'] }),
  });
  return (
    <div>
      <Button
        variant="subtle"
        color="red.8"
        size="compact-xs"
        loading={revoke.isPending}
        onClick={() => revoke.mutate()}
      >
        Revoke
      </Button>
      <Fault error={revoke.error} />
    </div>
  );
}
