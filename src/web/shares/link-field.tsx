import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { copyText } from '../clipboard.js';

/** A link that is shown only once, to be copied. */
export function LinkField({ label, url }: { readonly label: string; readonly url: string }) {
  const [isCopied, setIsCopied] = useState(false);
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <TextInput flex={1} label={label} value={url} readOnly onFocus={(event) => event.currentTarget.select()} />
      <Button
        variant="default"
        onClick={async () => setIsCopied(await copyText(url))}
        aria-label={`Copy the link for ${label}`}
      >
        {isCopied ? 'Copied' : 'Copy'}
      </Button>
    </Group>
  );
}
