import { NETWORK, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { ledgerEvents } from '@stellar-insights/wire';
import { expect } from 'vitest';
import type { Database } from '../src/index.ts';
import { commitLedger } from '../src/ledgers/index.ts';
import { readEvents, readHead } from '../src/log/index.ts';
import { PlanRecorder } from '../src/testing/index.ts';
import { loggedAfter } from './logged-events.ts';
import { test } from './migrated-database.ts';

/** More events than a row of the log has. */
const TRANSACTIONS = 600;
/** Of a commit and of interning before it, without its COPYs, of which there is one a table. */
const MOST_STATEMENTS = 10;

test('a ledger of hundreds of transactions is committed by few statements, and its events are read as they were', async ({
  db,
  url,
}) => {
  const [first, large] = simulatedLedgers(2, { transactionsPerLedger: TRANSACTIONS });
  if (first === undefined || large === undefined) throw new RangeError('found no two ledgers');
  const commit = (database: Database, facts = large) =>
    commitLedger(database, facts, { ...NETWORK, events: ledgerEvents(facts) });
  await commit(db, first);
  const { epoch, lastId } = await readHead(db);
  await using recorder = new PlanRecorder(url);
  const plans = await recorder.plansOf(commit);
  expect(plans.length).toBeLessThanOrEqual(MOST_STATEMENTS);

  const wanted = ledgerEvents(large);
  const { events } = await readEvents(db, { after: { epoch, id: lastId }, limit: wanted.length + 1 });
  expect(events).toStrictEqual(loggedAfter(lastId, wanted));
});
