import { z } from 'zod';
import { corridorAssets, corridorHealth, corridorNumbers, mainReason } from '../corridor.ts';
import { rate, timeWindow } from '../rest/answer.ts';
import { ledgerSequence, time } from '../scalars.ts';
import { corridorChannel, CORRIDORS, type Channel } from './channels.ts';
import { defineEvent } from './define-event.ts';

/** The 24 hours that the numbers are of; they end with the close of `to_ledger`. */
const window = { window: timeWindow, from_ledger: ledgerSequence, to_ledger: ledgerSequence };

export const corridorUpdated = defineEvent(
  'corridor.updated',
  'The numbers of 24 hours, or the health, of a corridor changed. Self-payments are in `self` only.',
  z.object({ ...corridorNumbers, health: corridorHealth, ...window }),
  channelsOf,
);

const incident = z.object({
  ...corridorAssets,
  incident: z.object({
    /** Unique among all incidents. */
    id: z.uuid(),
    /** Closes of the ledgers that ended the windows in which the incident began and ended. */
    started_at: time,
    ended_at: time.nullable(),
    main_reason: mainReason,
  }),
  success_rate: rate,
  /** A share: the incident began as the upper bound fell below it, and ends as the lower bound rises above it. */
  threshold: z.number().min(0).max(1),
  ...window,
});

export const corridorHealthDegraded = defineEvent(
  'corridor.health_degraded',
  'An incident began.',
  incident,
  channelsOf,
);

export const corridorHealthRecovered = defineEvent(
  'corridor.health_recovered',
  'An incident ended: the event has the `incident.id` of the event that began it.',
  incident,
  channelsOf,
);

function channelsOf({
  source_asset: source,
  dest_asset: dest,
}: {
  readonly source_asset: string;
  readonly dest_asset: string;
}): Channel[] {
  return [CORRIDORS, corridorChannel(source, dest)];
}
