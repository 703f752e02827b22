import { command } from './command.ts';
import { ledgerRange, rangeOptions } from './ledger-range.ts';
import { requireSource, sourceOptions } from './options.ts';
import { openDatabase } from './database.ts';
import { Progress } from './progress.ts';
import { networkConfig } from '../network-config.ts';
import { ingestRange } from '../ingestion/ingest-range.ts';

const usage = `usage: insights ingest --from A --to B [--lake DIR|URL | --rpc URL] [--json]

Stores ledgers A to B in the database of DATABASE_URL, as the worker does, and computes the corridor buckets they touch. An
empty database begins at A; else A must be the ledger after the last one stored.

  --from A     first ledger
  --to B       last ledger
  --lake X     data lake: a folder or an http(s) base URL; default: LEDGER_LAKE_URL
  --rpc URL    Stellar RPC; default: STELLAR_RPC_URL
  --json       one JSON object
`;

export const ingestCommand = command({
  usage,
  options: { ...rangeOptions, ...sourceOptions },
  run: async (values, context) => {
    const { env, signal, stdout, stderr } = context;
    const config = networkConfig(env);
    const range = ledgerRange(values);
    const source = requireSource(values, config);
    await using db = await openDatabase(context);

    const progress = new Progress(range, stderr);
    const { networkPassphrase } = config;
    const onLedger = (sequence: number): void => progress.reached(sequence);
    const done = await ingestRange({ db, source, range, networkPassphrase, onLedger }, signal).finally(() =>
      progress.end(),
    );
    const { from, to, ledgers, transactions, payments, buckets } = done;
    stdout.write(
      values.json
        ? `${JSON.stringify(done)}\n`
        : `ledgers ${from} to ${to} stored: ${ledgers} ledgers, ${transactions} transactions, ${payments} payments; ` +
            `${buckets} corridor buckets computed\n`,
    );
  },
});
