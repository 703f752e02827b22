import { join } from 'node:path';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { commitLedger } from '@stellar-insights/db/ledgers';
import type { PostgresServer } from '@stellar-insights/devstack';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { LedgerDecoder, openSource, readLedgers } from '@stellar-insights/ledger/sources';
import { createNetwork, writeLake } from '@stellar-insights/simnet';
import { GeneratedLedgers } from '../ingest/generated-ledgers.ts';

/** As those of pubnet: ledger 53312000 has 163. */
export const TRANSACTIONS = 163;
const PASSPHRASE = 'Simulated Network';
/** Half of the ledgers are before it, half after it. */
export const PARTITION = 40_000;
/** Far from them. */
const TIP = 300_000;
const TEMPLATE = 'template_of_bench';

/** A lake with the ledgers from `first` to `last`. */
export interface Lake {
  readonly lake: string;
  readonly first: number;
  readonly last: number;
}

export interface Stage extends Lake {
  readonly server: PostgresServer;
}

export async function prepareStage(server: PostgresServer, folder: string, ledgers: number): Promise<Stage> {
  const first = PARTITION - Math.floor(ledgers / 2);
  const stage = { server, lake: join(folder, 'lake'), first, last: first + ledgers - 1 };
  const network = createNetwork({
    seed: 'backfill',
    passphrase: PASSPHRASE,
    startLedger: first,
    startTime: Date.UTC(2026, 0, 1),
    transactionsPerLedger: TRANSACTIONS,
  });
  const layout = { ledgersPerBatch: 1, batchesPerPartition: 64_000, extension: 'zst' } as const;
  await writeLake(stage.lake, network, { ...layout, ledgers });
  const url = await server.createDatabase(TEMPLATE);
  await migrate(url);
  await using db = connectDatabase(url, { applicationName: 'bench', max: 2 });
  const [tip] = new GeneratedLedgers(TIP).take(1);
  if (tip !== undefined) await commitLedger(db, tip, { networkPassphrase: PASSPHRASE, events: [] });
  return stage;
}

/** A database that has the tip only. Returns its URL. */
export async function newDatabase({ server }: Stage, name: string): Promise<string> {
  await server.dropDatabase(name);
  return server.createDatabase(name, { template: TEMPLATE });
}

/** Read, unpacked and decoded, as a worker does it. */
export function ledgersOf(
  { lake, last }: Omit<Lake, 'first'>,
  from: number,
): AsyncGenerator<LedgerFacts, void, undefined> {
  const decoder = new LedgerDecoder({ compareEvery: Infinity });
  const range = { from, to: last, networkPassphrase: PASSPHRASE, decoder };
  return readLedgers(openSource({ lake }), range, new AbortController().signal);
}
