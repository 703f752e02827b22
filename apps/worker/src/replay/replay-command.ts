import { parseArgs, type ParseArgsConfig } from 'node:util';
import { openSource, readLedgers, type SourceLocation } from '@stellar-insights/ledger';
import type { CommandContext } from '../cli.ts';
import { networkConfig, type NetworkConfig } from '../config.ts';
import { UsageError } from '../usage-error.ts';
import { corridorText } from './corridor-text.ts';
import { Progress } from './progress.ts';
import { replay, replayDocument } from './replay.ts';

const USAGE = `usage: insights replay --from A --to B [--lake DIR|URL | --rpc URL] [--json]

Reads ledgers A to B, counts every payment attempt, and prints the corridors. Needs no database.

  --from A     first ledger
  --to B       last ledger
  --lake X     data lake: a folder or an http(s) base URL; default: LEDGER_LAKE_URL
  --rpc URL    Stellar RPC; default: STELLAR_RPC_URL
  --json       one JSON object instead of a table

The network is STELLAR_NETWORK's where that is set, else whatever the source serves.
`;

const LAST_LEDGER = 0xffff_ffff;

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  lake: { type: 'string' },
  rpc: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} satisfies ParseArgsConfig['options'];

export async function replayCommand(args: string[], context: CommandContext): Promise<void> {
  const { env, signal, stdout, stderr } = context;
  const options = parse(args);
  if (options.help) {
    stdout.write(USAGE);
    return;
  }
  const config = networkConfig(env);
  const range = { from: ledgerNumber('--from', options.from), to: ledgerNumber('--to', options.to) };
  if (range.to < range.from) throw new UsageError(`found --to ${range.to}, expected ${range.from} or more`);
  const source = open(locate(options, config));
  const { networkPassphrase } = config;

  const progress = new Progress(range, stderr);
  const result = await replay(
    readLedgers(
      source,
      { ...range, ...(networkPassphrase === undefined ? {} : { networkPassphrase }) },
      signal,
    ),
    range,
    (sequence) => progress.reached(sequence),
  ).finally(() => progress.end());
  stdout.write(options.json ? `${JSON.stringify(replayDocument(result))}\n` : corridorText(result));
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function ledgerNumber(option: string, text: string | undefined): number {
  const value = /^\d{1,10}$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (value >= 1 && value <= LAST_LEDGER) return value;
  const found = text === undefined ? `no ${option}` : `${option} ${text}`;
  throw new UsageError(
    `found ${found}, expected ${option} with a ledger from 1 to ${LAST_LEDGER}\n\n${USAGE}`,
  );
}

/** What the command line names goes before what the environment does. */
function locate({ lake, rpc }: { lake?: string; rpc?: string }, config: NetworkConfig): SourceLocation {
  if (lake !== undefined && rpc !== undefined) {
    throw new UsageError(`found both --lake and --rpc, expected one of them\n\n${USAGE}`);
  }
  if (lake !== undefined) return { lake };
  if (rpc !== undefined) return { rpc };
  if (config.lakeUrl !== undefined) return { lake: config.lakeUrl };
  if (config.rpcUrl !== undefined) return { rpc: config.rpcUrl };
  throw new UsageError(
    `found no source, expected --lake or --rpc, or LEDGER_LAKE_URL or STELLAR_RPC_URL\n\n${USAGE}`,
  );
}

function open(location: SourceLocation) {
  try {
    return openSource(location);
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}
