import { seed } from '@stellar-insights/devstack/vitest';
import type { LedgerSequence } from '@stellar-insights/ledger';
import fc from 'fast-check';
import { firstOf, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { connectDatabase } from '../src/index.ts';
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
  'clawbacks',
  'contract_transfers',
  'trustline_operations',
  'pool_operations',
  'trades',
  'dirty_corridor_buckets',
];
const RUNS = process.env['TEST_FULL'] === '1' ? 1000 : 25;

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

describe('rows that the database cannot take', () => {
  const facts = firstOf(simulatedLedgers(1));
  const nothing = () => Promise.resolve();

  test('are refused with its own error, though it comes after the last byte', async ({ db }) => {
    await ensurePartitions(db, facts.header.sequence);
    await insertTables(db, factTables([facts]), nothing, nothing);
    const again = insertTables(db, factTables([facts]).slice(1), nothing, nothing);
    await expect(again).rejects.toMatchObject({ code: '23505' });
    expect(await readLedgerFacts(db, facts.header.sequence)).toStrictEqual(facts);
  });

  test('are passed over if the server refuses their statement, and the connection goes on', async ({
    url,
  }) => {
    await using db = connectDatabase(url, { applicationName: 'one', max: 1 });
    await ensurePartitions(db, facts.header.sequence);
    const rename = (from: string, to: string) =>
      db.run(({ sql }) => sql`alter table transactions rename column ${sql(from)} to ${sql(to)}`);
    await rename('hash', 'elsewhere');
    const refused = insertTables(db, factTables([facts]), nothing, nothing);
    await expect(refused).rejects.toMatchObject({ code: '42703' });
    await rename('elsewhere', 'hash');
    await insertTables(db, factTables([facts]), nothing, nothing);
    expect(await readLedgerFacts(db, facts.header.sequence)).toStrictEqual(facts);
  });

  test('are refused before they are sent, if a number does not fit', async ({ db }) => {
    const tables = factTables([{ ...facts, header: { ...facts.header, protocolVersion: 2 ** 31 } }]);
    await expect(insertTables(db, tables, nothing, nothing)).rejects.toBeInstanceOf(RangeError);
    expect(await readLedgerFacts(db, facts.header.sequence)).toBeNull();
  });
});
