import { once } from 'node:events';
import { startSimnet } from '../servers/simnet.ts';
import {
  networkOf,
  networkOptions,
  networkUsage,
  parseOptions,
  seconds,
  wholeNumber,
  type Command,
} from './options.ts';

const usage = `usage: pnpm simnet serve [options]

Serves a simulated network on one port: RPC, Horizon, the anchors' stellar.toml, and a control endpoint for faults.
Prints one line of JSON when it is ready. Ends at SIGTERM or SIGINT.

  --port <n>            port, 0 for any that is free; default: 0
  --host <address>      address to listen on; default: 127.0.0.1
  --close-interval <s>  seconds from ledger to ledger; default: 5
  --history <n>         ledgers closed before it is ready; default: 100
  --retention <n>       ledgers that RPC and Horizon keep, at 2 kB a transaction; default: 2000
${networkUsage}
`;

const options = {
  port: { type: 'string', default: '0' },
  host: { type: 'string', default: '127.0.0.1' },
  'close-interval': { type: 'string', default: '5' },
  history: { type: 'string', default: '100' },
  retention: { type: 'string', default: '2000' },
  ...networkOptions,
} as const;

export const serveCommand: Command = {
  usage,
  run: async (args) => {
    const values = parseOptions(args, options);
    const simnetOptions = {
      ...networkOf(values),
      host: values.host,
      port: wholeNumber('port', values.port, 0, 65_535),
      closeEveryMs: seconds('close-interval', values['close-interval'], 0.01, 3_600) * 1_000,
      history: wholeNumber('history', values.history, 1, 1_000_000),
      retention: wholeNumber('retention', values.retention, 1, 1_000_000),
    };
    const stop = new AbortController();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
    await serve(simnetOptions, stop.signal);
  },
};

async function serve(simnetOptions: Parameters<typeof startSimnet>[0], signal: AbortSignal): Promise<void> {
  try {
    await using simnet = await startSimnet(simnetOptions, signal);
    signal.throwIfAborted();
    const { urls, network, history } = simnet;
    const ready = {
      ...urls,
      passphrase: network.passphrase,
      oldestLedger: history.oldest.sequence,
      latestLedger: history.latest.sequence,
    };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
    await once(signal, 'abort');
  } catch (error) {
    if (error !== signal.reason) throw error;
  }
}
