import type { HealthRule } from '@stellar-insights/analytics';
import { readSnapshot, type Database } from '@stellar-insights/db';
import {
  addCandidates,
  publishAnchors,
  type FileFinding,
  type IssuerFinding,
} from '@stellar-insights/db/anchors';
import { readCursor } from '@stellar-insights/db/ledgers';
import { beginSync } from '@stellar-insights/db/state-syncs';
import type { NetworkState } from '@stellar-insights/ledger/state';
import type { Clock } from '@stellar-insights/lifecycle';
import type { OutboundClient } from '@stellar-insights/outbound';
import type { IndependentSteps } from '../tasks/independent-steps.ts';
import { preparePublication, type PreparedPublication } from './prepare-publication.ts';
import { readFiles } from './read-files.ts';
import { discoverIssuers, readIssuers } from './read-issuers.ts';

/** An operator who registers an anchor meanwhile changes the state that a publication was made from. */
const PUBLICATION_ATTEMPTS = 3;

export interface AnchorSyncOptions {
  readonly db: Database;
  /** Undefined if there is no source of home domains. */
  readonly network: NetworkState | undefined;
  readonly client: Pick<OutboundClient, 'request'>;
  /** Where files are found in place of the domains themselves. */
  readonly baseUrl: string | undefined;
  readonly rule: HealthRule;
  readonly intervalMs: number;
  readonly clock: Pick<Clock, 'date' | 'random'>;
  /** Aborted when the process is asked to stop: then nothing is stored but what was stored already. */
  readonly stopping: AbortSignal;
  readonly steps: IndependentSteps;
  /** Called before events are stored. */
  readonly beforeEvents: () => Promise<void>;
}

export interface AnchorSync {
  readonly issuers: readonly IssuerFinding[];
  readonly files: readonly FileFinding[];
  /** Undefined if nothing was stored. */
  readonly publication: PreparedPublication | undefined;
}

/**
 * Reads what is due of issuers' home domains and of domains' files, and stores the next snapshot of all anchors with the events that
 * report it. What cannot be read is as before; `steps` has the errors.
 */
export async function syncAnchors(options: AnchorSyncOptions): Promise<AnchorSync> {
  const { db, network, rule, intervalMs, clock, stopping: signal, steps, beforeEvents } = options;
  const begun = await db.run((executor) => beginSync(executor, 'anchors'), { signal });
  const issuers: IssuerFinding[] = [];
  await steps.run(() => discoverIssuers({ db, signal }));
  const state = network && (await steps.run(() => readIssuers({ db, signal, network, found: issuers })));
  const files = await steps.run(async () => {
    await addCandidates(db, issuers, { intervalMs, signal });
    const networkPassphrase = (await readCursor(db, { signal }))?.networkPassphrase ?? null;
    return await readFiles({ ...options, networkPassphrase, signal });
  });
  const findings = { issuers, files: files ?? [] };
  const reading = { hasSource: network !== undefined, begun, state: state ?? null };
  const publication = await steps.run(async () => {
    for (let attempt = 1; attempt <= PUBLICATION_ATTEMPTS; attempt++) {
      const prepared = await readSnapshot(
        db,
        (tx) => preparePublication(tx, findings, { rule, intervalMs, reading, random: () => clock.random() }),
        { signal },
      );
      signal.throwIfAborted();
      if (prepared.events.length > 0) await beforeEvents();
      if (await publishAnchors(db, prepared)) return prepared;
    }
    return undefined;
  });
  return { ...findings, publication };
}
