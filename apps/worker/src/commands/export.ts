import type { Database } from '@stellar-insights/db';
import { FactsIncompleteError } from '@stellar-insights/db/facts';
import { FactsLake, openObjectStore } from '@stellar-insights/facts-lake';
import type { LedgerRange } from '@stellar-insights/ledger';
import { exportRange, wholeChunks, type RangeExport } from '../export/export-range.ts';
import { originInDatabase, originInSource, type FactsOrigin } from '../export/facts-origin.ts';
import { networkConfig } from '../network-config.ts';
import { CommandDecoder } from './command-decoder.ts';
import { defineCommand } from './command.ts';
import { openDatabase } from './database.ts';
import {
  chunkLedgersOf,
  factsLakeOptions,
  factsLakeUsage,
  namedSource,
  rangeOf,
  rangeOptions,
  rangeUsage,
  requireFactsLake,
  sourceOptions,
} from './options.ts';
import { Progress } from './progress.ts';

const usage = `usage: insights export --from A --to B [--lake DIR|URL | --rpc URL] [--facts-lake DIR|URL] [--json]

Writes the facts of ledgers A to B to a facts lake, by whole chunks. Reads them from the database of DATABASE_URL, or from the source
of ledgers that is named. A chunk that the lake has is not written again, so the same command continues an export that was
interrupted. Any number of exports may run at the same time.

${rangeUsage}
  --lake X     data lake to read ledgers from: a folder or an http(s) base URL
  --rpc URL    Stellar RPC to read ledgers from
${factsLakeUsage}
  --chunk N    ledgers in a chunk, for a lake that does not exist yet; default: 10000
  --replace    writes the chunks that the lake has, too
  --json       one JSON object: {"from","to","ledgers_per_chunk","written","present","not_exported":[{"from","to"}]}
`;

export const exportCommand = defineCommand({
  usage,
  options: {
    ...rangeOptions,
    ...sourceOptions,
    ...factsLakeOptions,
    chunk: { type: 'string' },
    replace: { type: 'boolean', default: false },
  },
  run: async (values, { env, signal, stdout, stderr }) => {
    const config = networkConfig(env);
    const range = rangeOf(values);
    const ledgersPerChunk = chunkLedgersOf(values.chunk);
    const source = namedSource(values, config);
    const lakeConfig = requireFactsLake(values, env);
    const decoding = new CommandDecoder(config);
    const { decoder } = decoding;
    const network = config.networkPassphrase;
    await using opened = new AsyncDisposableStack();
    const origin =
      source === undefined
        ? await originOf(opened.use(await openDatabase(env)), range, signal)
        : await originInSource(source, { decoder, network }, signal);
    const { networkPassphrase } = origin;
    const store = opened.use(openObjectStore(lakeConfig));
    // A range without a whole chunk makes no lake: its size would be decided by a command that wrote nothing.
    const beforeMaking = (made: FactsLake): void => void wholeChunks(made, range);
    const lake = await FactsLake.create(store, { networkPassphrase, ledgersPerChunk, beforeMaking }, signal);

    const progress = new Progress(range, stderr);
    const onLedger = (sequence: number): void => progress.done(sequence);
    const { replace } = values;
    const exported = await exportRange({ lake, range, origin, replace, onLedger }, signal).finally(() =>
      progress.end(),
    );
    stderr.write(decoding.notes());
    stdout.write(values.json ? `${JSON.stringify(exported)}\n` : exportText(exported));
  },
});

/** @throws FactsIncompleteError if no ledger is stored */
async function originOf(db: Database, { from }: LedgerRange, signal: AbortSignal): Promise<FactsOrigin> {
  const origin = await originInDatabase(db, signal);
  if (origin === null) throw new FactsIncompleteError(from, 'no ledger is stored');
  return origin;
}

function exportText({ from, to, written, present, not_exported: ends, ...lake }: RangeExport): string {
  const lines = [
    `ledgers ${from} to ${to}: ${written} chunks of ${lake.ledgers_per_chunk} ledgers written, ${present} were there`,
    ...ends.map((end) => `ledgers ${end.from} to ${end.to}: not exported, as they are no whole chunk`),
  ];
  return `${lines.join('\n')}\n`;
}
