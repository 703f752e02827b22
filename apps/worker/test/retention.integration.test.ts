import { connectDatabase, migrate } from '@stellar-insights/db';
import { syncCorridorBuckets } from '@stellar-insights/db/corridors';
import { rollUpPoolTrades } from '@stellar-insights/db/pools';
import { test } from '@stellar-insights/devstack/vitest';
import { createLog } from '@stellar-insights/runtime/log';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';
import { commitLedger } from '@stellar-insights/db/ledgers';
import { expect } from 'vitest';
import { maintainPartitions } from '../src/retention.ts';

const DAY_MS = 86_400_000;

test('the log of a worker names what it has dropped, and what a reader keeps it from dropping', async ({
  database,
}) => {
  await database.empty();
  await migrate(database.url);
  await using db = connectDatabase(database.url, { applicationName: 'test' });
  for (const facts of simulatedLedgers(6, { startLedger: 19_999, closeIntervalMs: DAY_MS })) {
    await commitLedger(db, facts, { networkPassphrase: 'Simulated Network', events: [] });
  }
  while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
  while ((await rollUpPoolTrades(db, { limit: 100 })).remaining);
  const lines: { level: string; msg: string; partition?: string; partitions?: string[] }[] = [];
  const destination = {
    write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]),
  };
  const log = createLog({ name: 'test', level: 'info', destination });
  await db.client.begin(async (reader) => {
    await reader`select from trades limit 1`;
    await maintainPartitions(db, { retentionDays: 2, log });
  });
  expect(lines).toMatchObject([
    {
      level: 'info',
      partitions: [
        'claimable_balances_0',
        'clawbacks_0',
        'contract_transfers_0',
        'payments_0',
        'pool_operations_0',
        'trustline_operations_0',
        'transactions_0',
      ],
    },
    { level: 'warn', partition: 'trades_0', msg: expect.stringContaining('lock timeout') as string },
  ]);
  await maintainPartitions(db, { retentionDays: 2, log });
  expect(lines.slice(2)).toMatchObject([{ level: 'info', partitions: ['trades_0'] }]);
  await maintainPartitions(db, { retentionDays: 2, log });
  expect(lines).toHaveLength(3);
});
