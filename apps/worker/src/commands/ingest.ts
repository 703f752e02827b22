import { ingestRange } from '../ingestion/ingest-range.ts';
import { networkConfig } from '../network-config.ts';
import { CommandDecoder } from './command-decoder.ts';
import { defineCommand } from './command.ts';
import { openDatabase } from './database.ts';
import { rangeOf, rangeOptions, rangeUsage, requireSource, sourceOptions, sourceUsage } from './options.ts';
import { Progress } from './progress.ts';

const usage = `usage: insights ingest --from A --to B [--lake DIR|URL | --rpc URL] [--json]

Stores ledgers A to B in the database of DATABASE_URL, as the worker does, and computes the corridor buckets that they touch.
An empty database begins at A; otherwise A must be the ledger after the last one stored.

${rangeUsage}
${sourceUsage}
  --json       one JSON object: {"from","to","ledgers","transactions","payments","buckets"}
`;

export const ingestCommand = defineCommand({
  usage,
  options: { ...rangeOptions, ...sourceOptions },
  run: async (values, { env, signal, stdout, stderr }) => {
    const config = networkConfig(env);
    const range = rangeOf(values);
    const source = requireSource(values, config);
    await using db = await openDatabase(env);

    const progress = new Progress(range, stderr);
    const { networkPassphrase } = config;
    const decoding = new CommandDecoder(config);
    const { decoder } = decoding;
    const onLedger = (sequence: number): void => progress.done(sequence);
    const ingested = await ingestRange(
      { db, source, decoder, range, networkPassphrase, onLedger },
      signal,
    ).finally(() => progress.end());
    stderr.write(decoding.notes());
    const { from, to, ledgers, transactions, payments, buckets } = ingested;
    stdout.write(
      values.json
        ? `${JSON.stringify(ingested)}\n`
        : `ledgers ${from} to ${to} stored: ${ledgers} ledgers, ${transactions} transactions, ${payments} payments; ` +
            `${buckets} corridor buckets computed\n`,
    );
  },
});
