import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { commitPrepared, prepareLedgers, type LedgerCommit } from '@stellar-insights/db/ledgers';
import { readEvents, readHead, type LogCursor } from '@stellar-insights/db/log';
import type { PostgresServer } from '@stellar-insights/devstack';
import type { LedgerSequence } from '@stellar-insights/ledger';
import { LedgerDecoder } from '@stellar-insights/ledger/sources';
import { createNetwork } from '@stellar-insights/simnet';
import { ledgerEvents } from '@stellar-insights/wire';
import { cpuOf } from '../cpu-times.ts';

/** µs of CPU a transaction; `memory` in kB a transaction. */
export type LedgerCosts = Readonly<Record<'decode' | 'node' | 'postgres' | 'events' | 'memory', number>>;

/** Of all ledgers of a size together. */
const TRANSACTIONS = 18_000;
const PASSPHRASE = 'Bench';

/** Decodes, prepares and commits ledgers of so many transactions, one a transaction of the database, and reads their events. */
export async function ledgerCosts(server: PostgresServer, transactions: number): Promise<LedgerCosts> {
  const url = await server.createDatabase();
  await migrate(url);
  await using db = connectDatabase(url, { applicationName: 'bench', max: 2 });
  const start = { seed: 'bench', startLedger: 1001, startTime: Date.UTC(2026, 0, 1) };
  const network = createNetwork({ ...start, passphrase: PASSPHRASE, transactionsPerLedger: transactions });
  const count = Math.ceil(TRANSACTIONS / transactions);
  const [first, ...ledgers] = Array.from({ length: count + 1 }, () => {
    const { sequence, bytes } = network.closeLedger();
    return { sequence: sequence as LedgerSequence, bytes, origin: 'simnet' };
  });
  if (first === undefined) throw new RangeError('found no ledger, expected at least one');
  const decode = await new LedgerDecoder({ compareEvery: Infinity }).forNetwork(PASSPHRASE);
  const prepare = async (raw: typeof first) => {
    const facts = decode(raw);
    const commit: LedgerCommit = { facts, events: ledgerEvents(facts) };
    return { facts, prepared: await prepareLedgers(db, [commit]) };
  };
  const store = async (raw: typeof first): Promise<void> => {
    await commitPrepared(db, (await prepare(raw)).prepared, { networkPassphrase: PASSPHRASE });
  };
  await store(first);
  const decoding = await cpuOf(db, async () => ledgers.forEach((raw) => decode(raw)));
  let storedMs = { node: 0, postgres: 0 };
  let readMs = 0;
  for (const raw of ledgers) {
    const { epoch, lastId: id } = await readHead(db);
    const storing = await cpuOf(db, () => store(raw));
    storedMs = { node: storedMs.node + storing.nodeMs, postgres: storedMs.postgres + storing.postgresMs };
    readMs += (await cpuOf(db, () => readTail(db, { epoch, id }))).cpuMs;
  }
  const each = (ms: number): number => (ms * 1000) / (count * transactions);
  const held = await heldBy(() => prepare(first));
  return {
    decode: each(decoding.nodeMs),
    node: each(storedMs.node),
    postgres: each(storedMs.postgres),
    events: each(readMs),
    memory: held / 1024 / transactions,
  };
}

/** As each api reads the end of the log. */
async function readTail(db: Database, from: LogCursor): Promise<void> {
  for (let after = from; ;) {
    const { end, head } = await readEvents(db, { after, limit: 500 });
    if (end.id >= head.lastId) return;
    after = end;
  }
}

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Buffers are freed after the objects that hold them. */
async function collect(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    gc();
    await setImmediate();
  }
}

/** Bytes that what `work` returns keeps alive. */
async function heldBy(work: () => Promise<unknown>): Promise<number> {
  await collect();
  const before = process.memoryUsage();
  const result = await work();
  await collect();
  const after = process.memoryUsage();
  // Kept alive until here.
  void result;
  return after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
}
