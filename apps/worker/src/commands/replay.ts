import { readLedgers } from '@stellar-insights/ledger/sources';
import { networkConfig } from '../network-config.ts';
import { replay, replayDocument, replayText } from '../replay/replay.ts';
import { CommandDecoder } from './command-decoder.ts';
import { defineCommand } from './command.ts';
import { rangeOf, rangeOptions, rangeUsage, requireSource, sourceOptions, sourceUsage } from './options.ts';
import { Progress } from './progress.ts';

const usage = `usage: insights replay --from A --to B [--lake DIR|URL | --rpc URL] [--json]

Reads ledgers A to B, counts every payment attempt, and prints the corridors. Needs no database.

${rangeUsage}
${sourceUsage}
  --json       one JSON object instead of a table

The network is the one of STELLAR_NETWORK; if that is not set, the one that the source serves.
`;

export const replayCommand = defineCommand({
  usage,
  options: { ...rangeOptions, ...sourceOptions },
  run: async (values, { env, signal, stdout, stderr }) => {
    const config = networkConfig(env);
    const range = rangeOf(values);
    const source = requireSource(values, config);
    const { networkPassphrase } = config;

    const progress = new Progress(range, stderr);
    const network = networkPassphrase === undefined ? {} : { networkPassphrase };
    const decoding = new CommandDecoder(config);
    const ledgers = readLedgers(source, { ...range, ...network, decoder: decoding.decoder }, signal);
    const result = await replay(ledgers, range, (sequence) => progress.done(sequence)).finally(() =>
      progress.end(),
    );
    stderr.write(decoding.notes());
    stdout.write(values.json ? `${JSON.stringify(replayDocument(result))}\n` : replayText(result));
  },
});
