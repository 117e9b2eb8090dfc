import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ShareAccess } from '../../contract/shares.js';
import { messageOf } from '../api.js';
import { accessesQuery } from './shares-query.js';

interface ShareAccessesProps {
  readonly shareId: string;
  readonly format: (instant: string) => string;
}

/** Who opened the links of a share, and when. */
export function ShareAccesses({ shareId, format }: ShareAccessesProps) {
  const [isOpen, setIsOpen] = useState(false);
  const accesses = useQuery({ ...accessesQuery(shareId), enabled: isOpen });
  return (
    <Stack gap={2} align="flex-start">
      <Button variant="subtle" size="compact-sm" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        Who opened it
      </Button>
      {isOpen && accesses.isPending && <Text size="sm">Loading…</Text>}
      {isOpen && accesses.isError && (
        <Text size="sm" role="alert">
          {messageOf(accesses.error)}
        </Text>
      )}
      {isOpen && accesses.data?.length === 0 && <Text size="sm">Nobody has opened a link yet.</Text>}
      {isOpen && accesses.data?.map((access) => <Access key={access.id} access={access} format={format} />)}
    </Stack>
  );
}

interface AccessProps {
  readonly access: ShareAccess;
  readonly format: (instant: string) => string;
}

function Access({ access: { email, openings, lastAt }, format }: AccessProps) {
  return (
    <Text size="sm">
      {email}: {openings === 1 ? 'once' : `${openings} times`}, last {format(lastAt)}
    </Text>
  );
}
