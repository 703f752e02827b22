import { readLedgers } from '@stellar-insights/ledger/sources';
import { command } from './command.ts';
import { ledgerRange, rangeOptions } from './ledger-range.ts';
import { requireSource, sourceOptions } from './options.ts';
import { Progress } from './progress.ts';
import { networkConfig } from '../network-config.ts';
import { corridorText } from '../replay/corridor-text.ts';
import { replay, replayDocument } from '../replay/replay.ts';

const usage = `usage: insights replay --from A --to B [--lake DIR|URL | --rpc URL] [--json]

Reads ledgers A to B, counts every payment attempt, and prints the corridors. Needs no database.

  --from A     first ledger
  --to B       last ledger
  --lake X     data lake: a folder or an http(s) base URL; default: LEDGER_LAKE_URL
  --rpc URL    Stellar RPC; default: STELLAR_RPC_URL
  --json       one JSON object instead of a table

The network is STELLAR_NETWORK's where that is set, else whatever the source serves.
`;

export const replayCommand = command({
  usage,
  options: { ...rangeOptions, ...sourceOptions },
  run: async (values, { env, signal, stdout, stderr }) => {
    const config = networkConfig(env);
    const range = ledgerRange(values);
    const source = requireSource(values, config);
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
    stdout.write(values.json ? `${JSON.stringify(replayDocument(result))}\n` : corridorText(result));
  },
});
