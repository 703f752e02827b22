import { seed } from '@stellar-insights/devstack/vitest';
import type { LedgerSequence } from '@stellar-insights/ledger';
import fc from 'fast-check';
import { expect } from 'vitest';
import { factTables } from '../src/facts/fact-tables.ts';
import { insertTables } from '../src/facts/insert-facts.ts';
import { readLedgerFacts } from '../src/facts/index.ts';
import { ensurePartitions } from '../src/partitions/index.ts';
import { ledgerFacts } from './arbitrary-facts.ts';
import { test } from './migrated-database.ts';

const LEDGER = 1000 as LedgerSequence;
const TABLES = [
  'ledgers',
  'transactions',
  'payments',
  'claimable_balances',
  'trades',
  'dirty_corridor_buckets',
];
const RUNS = process.env['TEST_FULL'] === '1' ? 2000 : 60;

test('facts that become rows, and facts again, are the same facts', async ({ db }) => {
  await ensurePartitions(db, LEDGER);
  const nothing = () => Promise.resolve();
  await fc.assert(
    fc.asyncProperty(ledgerFacts(LEDGER), async (drawn) => {
      // Drawn objects have no prototype.
      const facts = structuredClone(drawn);
      for (const table of TABLES) await db.run(({ sql }) => sql`delete from ${sql(table)}`);
      await insertTables(db, factTables([facts]), nothing, nothing);
      expect(await readLedgerFacts(db, LEDGER)).toStrictEqual(facts);
    }),
    { seed: seed(), numRuns: RUNS },
  );
});
