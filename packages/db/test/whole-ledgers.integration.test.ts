import type { LedgerFacts, LedgerRange } from '@stellar-insights/ledger';
import { firstOf, NO_FACTS, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { readWholeLedgers } from '../src/facts/index.ts';
import type { Database } from '../src/index.ts';
import { commit } from './commit.ts';
import { test } from './migrated-database.ts';

const ledgers = simulatedLedgers(12, { startLedger: 19_994 });
const [first, last] = [19_994, 20_005];
const { signal } = new AbortController();

/** What came of a range before it ended, and the message of the error that ended it. */
async function readAll(db: Database, range: LedgerRange) {
  const facts: LedgerFacts[] = [];
  try {
    for await (const ledger of readWholeLedgers(db, range, { signal })) facts.push(ledger);
  } catch (error) {
    return { facts, error: (error as Error).message };
  }
  return { facts, error: null };
}

describe('the facts read of a range', () => {
  test('are those of each of its ledgers, over the end of a partition too', async ({ db }) => {
    for (const facts of ledgers) await commit(db, facts);
    expect(await readAll(db, { from: first, to: last })).toStrictEqual({ facts: ledgers, error: null });
    const middle = await readAll(db, { from: first + 3, to: first + 4 });
    expect(middle).toStrictEqual({ facts: ledgers.slice(3, 5), error: null });
  });

  test('end with an error that names the ledger of which something is missing, and why', async ({ db }) => {
    for (const facts of ledgers) await commit(db, facts);
    const beyond = await readAll(db, { from: last, to: last + 1 });
    expect(beyond.facts).toHaveLength(1);
    expect(beyond.error).toMatch(`ledger ${last + 1}: found that it is not stored`);

    await db.run(({ sql }) => sql`update ledgers set facts_version = 2 where sequence = ${first + 8}`);
    const older = await readAll(db, { from: first + 2, to: last });
    expect(older.facts).toHaveLength(6);
    expect(older.error).toMatch(/ledger 20002: found that a build with version 2 .* this one has version 3/);

    await db.run(({ sql }) => sql`update retention_horizon set facts_from = ${first + 3}`);
    const expired = await readAll(db, { from: first, to: last });
    expect(expired.facts).toStrictEqual([]);
    expect(expired.error).toMatch(`ledger ${first}: found that its contents are not kept any more`);
  });

  test('are read in batches, which a ledger of many transactions has for itself', async ({ db }) => {
    const transaction = firstOf(firstOf(ledgers).transactions);
    for (const facts of ledgers) {
      const { sequence: ledger } = facts.header;
      const transactions = Array.from({ length: 1200 }, (_, place) => ({
        ...transaction,
        ledger,
        index: place + 1,
      }));
      await commit(db, { ...NO_FACTS, header: facts.header, transactions });
    }
    // Each ledger but the first is read after the one before it was handed out.
    const reading = readWholeLedgers(db, { from: first, to: last }, { signal });
    for (let sequence = first; sequence < last; sequence++) {
      const { value } = await reading.next();
      expect(value?.header).toMatchObject(sequence === first ? { sequence } : { sequence, baseFee: 7n });
      const next = sequence + 1;
      await db.run(({ sql }) => sql`update ledgers set base_fee = 7 where sequence = ${next}`);
    }
    await reading.return(undefined);
  });
});
