import { useNavigate } from '@tanstack/react-router';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { Session } from '../../contract/sessions.js';
import type { CallDetails } from '../../contract/v1-answers.js';
import { type CallRights, rightsOf } from './call-rights.js';
import { CallClock } from './clock.js';
import { type Draft, useKept } from './draft.js';
import { CallMarks } from './marks.js';
import type { PanelName } from './panel-names.js';

/** The call that a page shows, and what its parts share. */
export interface OpenCall {
  readonly callId: string;
  readonly call: CallDetails;
  readonly clock: CallClock;
  readonly marks: CallMarks;
  readonly session: Session;
  readonly can: CallRights;
  /** Shows a panel of the right column. */
  readonly openPanel: (name: PanelName) => void;
  /** What is about to be said of a range; null while nothing is. */
  readonly draft: Draft | null;
  /** How many were begun since the page was opened. */
  readonly startedDrafts: number;
  /** Begins a comment or highlight, and shows where it is written; null gives it up. */
  readonly startDraft: (draft: Draft | null) => void;
}

const Context = createContext<OpenCall | null>(null);

/** The call of the page around. */
export function useCallContext(): OpenCall {
  const open = useContext(Context);
  if (open === null) throw new Error('There is no call around this component.');
  return open;
}

interface CallProviderProps {
  readonly callId: string;
  readonly call: CallDetails;
  readonly session: Session;
  /** The second that the address names. */
  readonly atSeconds: number | undefined;
  readonly children: ReactNode;
}

export function CallProvider({ callId, call, session, atSeconds, children }: CallProviderProps) {
  const navigate = useNavigate({ from: '/calls/$callId' });
  const [clock] = useState(() => new CallClock());
  const [marks] = useState(() => new CallMarks());
  useEffect(() => {
    if (atSeconds !== undefined) clock.seek(atSeconds);
  }, [clock, atSeconds]);
  const [draft, setDraft] = useKept<Draft>(`draft ${session.user.id} ${callId}`);
  const [startedDrafts, setStartedDrafts] = useState(0);
  const openPanel = useCallback(
    (panel: PanelName) => {
      // The next panel is no other page: going back leaves the call.
      navigate({ search: (search) => ({ ...search, panel }), replace: true, resetScroll: false });
    },
    [navigate],
  );
  const startDraft = useCallback(
    (next: Draft | null) => {
      setDraft(next);
      if (next === null) return;
      setStartedDrafts((count) => count + 1);
      openPanel('comments');
    },
    [setDraft, openPanel],
  );
  const open = useMemo(
    () => ({
      callId,
      call,
      clock,
      marks,
      session,
      can: rightsOf(session, call),
      openPanel,
      draft,
      startDraft,
      startedDrafts,
    }),
    [callId, call, clock, marks, session, openPanel, draft, startDraft, startedDrafts],
  );
  return <Context value={open}>{children}</Context>;
}
