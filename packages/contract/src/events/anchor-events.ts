import { z } from 'zod';
import { anchorId, anchorStatus } from '../anchor.ts';
import { orNull, rate, timeWindow } from '../rest/answer.ts';
import { account, ledgerSequence, time } from '../scalars.ts';
import { anchorChannel, ANCHORS } from './channels.ts';
import { defineEvent } from './define-event.ts';

export const anchorStatusChanged = defineEvent(
  'anchor.status_changed',
  "An anchor's status changed; a new anchor's status is a change too.",
  z.object({
    anchor: anchorId,
    /** Where its file is now. */
    domain: z.string(),
    status: anchorStatus,
    /** Null if the anchor is new. */
    previous_status: orNull(anchorStatus),
    /** A stable code; null if it is healthy. */
    reason: z.string().nullable(),
    since: time,
    /** Its verified issuers; a hundred at most. */
    issuers: z.array(account),
    /** Of the attempts in its corridors over 24 hours, without self-payments. */
    success_rate: rate,
    /** The 24 hours; null while no ledger is stored, and so the ledgers. */
    window: orNull(timeWindow),
    from_ledger: ledgerSequence.nullable(),
    to_ledger: ledgerSequence.nullable(),
  }),
  ({ anchor }) => [ANCHORS, anchorChannel(anchor)],
);
