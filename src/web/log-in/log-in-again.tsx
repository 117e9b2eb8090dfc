import { Modal, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { nameOf } from '../names.js';
import { sessionQuery } from '../session.js';
import { answerLogInAgain } from '../session-end.js';
import type { LazyDialogProps } from '../shell/lazy-dialog.js';
import { LogInForm } from './log-in-form.js';

/** Asks for the password in place when a session has ended, so that nothing on the page is lost. */
export function LogInAgain({ isOpen, onClose }: LazyDialogProps) {
  const session = useQueryClient().getQueryData(sessionQuery.queryKey);
  return (
    <Modal opened={isOpen} onClose={onClose} title="Your session has ended">
      <Text mb="md">
        {session ? `Log in again as ${nameOf(session.user)}` : 'Log in again'}; what you were doing stays as it is.
      </Text>
      <LogInForm {...(session && { email: session.user.email })} onLoggedIn={() => answerLogInAgain(true)} />
    </Modal>
  );
}
