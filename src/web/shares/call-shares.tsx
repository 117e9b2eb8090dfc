import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Share, ShareLink } from '../../contract/shares.js';
import { api } from '../api.js';
import { useCallContext } from '../call/call-context.js';
import { PanelFailed, PanelWaiting } from '../call/panel-states.js';
import { ConfirmDialog } from '../confirm-dialog.js';
import { createInstantFormat } from '../instants.js';
import { usePeople } from '../people.js';
import { Fault } from '../sent-form.js';
import { toast } from '../toasts.js';
import { LinkField } from './link-field.js';
import { ShareAccesses } from './share-accesses.js';
import { sharesQuery } from './shares-query.js';

/** With whom the call of the page is shared, and who has opened its links. */
export function CallShares() {
  const { callId } = useCallContext();
  const shares = useQuery(sharesQuery(callId));
  if (shares.isPending) return <PanelWaiting />;
  if (shares.isError) return <PanelFailed error={shares.error} onRetry={shares.refetch} />;
  return (
    <section>
      <Title order={3} size="h5" mb={4}>
        Shared with
      </Title>
      {shares.data.length === 0 ? (
        <Text size="sm">Nobody yet.</Text>
      ) : (
        <Stack gap="xs">
          {shares.data.map((share) => (
            <ShownShare key={share.id} share={share} />
          ))}
        </Stack>
      )}
    </section>
  );
}

function ShownShare({ share }: { readonly share: Share }) {
  const { session, can } = useCallContext();
  const people = usePeople();
  const format = createInstantFormat(session.timeZone);
  const isOwn = share.sharedBy === session.user.id || can.actForOthers;
  const nameOf = (id: string) => people.get(id) ?? 'Somebody';
  return (
    <Paper withBorder p="xs" component="article">
      <Stack gap={4}>
        <Text size="sm" fw={600}>
          {[...share.recipientUserIds.map(nameOf), ...share.recipientEmails].join(', ')}
        </Text>
        <Text size="xs" c="dimmed">
          By {nameOf(share.sharedBy)}, {format(share.sharedAt)}
          {share.audio && ' · with sound'}
        </Text>
        {share.revokedAt !== null && (
          <Badge variant="default" size="sm">
            Revoked {format(share.revokedAt)}
          </Badge>
        )}
        {share.message && (
          <Text size="sm" className="typed">
            {share.message}
          </Text>
        )}
        {share.revokedAt === null &&
          share.links.map((link) => <ShownLink key={link.email} share={share} link={link} mayRenew={isOwn} />)}
        {isOwn && (
          <Group gap="xs" align="flex-start">
            {share.recipientEmails.length > 0 && <ShareAccesses shareId={share.id} format={format} />}
            {share.revokedAt === null && <Revoke share={share} />}
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

interface ShownLinkProps {
  readonly share: Share;
  readonly link: ShareLink;
  readonly mayRenew: boolean;
}

function ShownLink({ share, link: { email, expiresAt }, mayRenew }: ShownLinkProps) {
  const { session } = useCallContext();
  const queryClient = useQueryClient();
  const format = createInstantFormat(session.timeZone);
  const renew = useMutation({
    mutationFn: () => api.v1.createShareLink({ params: { id: share.id }, body: { email } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['shares', share.callId] }),
  });
  const hasEnded = Date.parse(expiresAt) < Date.now();
  return (
    <div>
      <Group gap="xs" justify="space-between">
        <Text size="sm">
          {email}: the link {hasEnded ? 'ended' : 'ends'} {format(expiresAt)}
        </Text>
        {mayRenew && !renew.isSuccess && (
          <Button variant="subtle" size="compact-sm" loading={renew.isPending} onClick={() => renew.mutate()}>
            New link
          </Button>
        )}
      </Group>
      <Fault error={renew.error} />
      {renew.data?.url !== undefined && <LinkField label={`${email}, instead of the old link`} url={renew.data.url} />}
    </div>
  );
}

function Revoke({ share: { id, callId } }: { readonly share: Share }) {
  const queryClient = useQueryClient();
  const [isAsked, setIsAsked] = useState(false);
  const revoke = useMutation({
    mutationFn: () => api.v1.revokeShare({ params: { id } }),
    onSuccess: () => {
      setIsAsked(false);
      toast('The share was revoked.');
      return queryClient.invalidateQueries({ queryKey: ['shares', callId] });
    },
  });
  return (
    <>
      <Button variant="subtle" size="compact-sm" onClick={() => setIsAsked(true)}>
        Revoke
      </Button>
      <ConfirmDialog
        isOpen={isAsked}
        title="Revoke this share?"
        action="Revoke it"
        onConfirm={() => revoke.mutate()}
        onClose={() => setIsAsked(false)}
        isPending={revoke.isPending}
        error={revoke.error}
      >
        Its links end at once, and its recipients no longer see the call by it. You can share the call again.
      </ConfirmDialog>
    </>
  );
}
