import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startSimnet, type SimnetOptions } from './servers/simnet.ts';

const USAGE = `usage: node src/main.ts [options]

A simulated Stellar network on one port: RPC, Horizon, the anchors' stellar.toml, and a control endpoint for faults.
Prints one line of JSON when it is ready, and ends at SIGTERM or SIGINT.

  --port <n>            port, 0 for any that is free; default 0
  --host <address>      address to listen on; default 127.0.0.1
  --close-interval <s>  seconds from ledger to ledger; default 5
  --history <n>         ledgers closed before it is ready; default 100
  --retention <n>       ledgers that RPC and Horizon keep; default 2000
  --start-ledger <n>    sequence of the first ledger; default 1000
  --seed <text>         the same seed gives the same network; default simnet
  --passphrase <text>   of the network
`;

async function main(): Promise<number> {
  let options: SimnetOptions | 'help';
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`error: ${error.message}\n\n${USAGE}`);
    return 2;
  }
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  const asked = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => asked.abort());
  await serve(options, asked.signal);
  return 0;
}

async function serve(options: SimnetOptions, signal: AbortSignal): Promise<void> {
  try {
    await using simnet = await startSimnet(options, signal);
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

/** @throws TypeError a wrong option */
function readOptions(args: string[]): SimnetOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      'close-interval': { type: 'string', default: '5' },
      history: { type: 'string', default: '100' },
      retention: { type: 'string', default: '2000' },
      'start-ledger': { type: 'string', default: '1000' },
      seed: { type: 'string', default: 'simnet' },
      passphrase: { type: 'string' },
    },
  });
  if (values.help === true) return 'help';
  const { host, seed, passphrase } = values;
  return {
    host,
    seed,
    ...(passphrase !== undefined && { passphrase }),
    port: whole('port', values.port, 0, 65_535),
    closeEveryMs: seconds('close-interval', values['close-interval']) * 1_000,
    history: whole('history', values.history, 1, 1_000_000),
    retention: whole('retention', values.retention, 1, 1_000_000),
    startLedger: whole('start-ledger', values['start-ledger'], 2, 2 ** 31),
  };
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new TypeError(`found --${option} ${text}, expected a whole number from ${least} to ${most}`);
}

function seconds(option: string, text: string): number {
  const value = Number(text);
  if (value >= 0.01 && value <= 3_600) return value;
  throw new TypeError(`found --${option} ${text}, expected 0.01 to 3600 seconds`);
}

process.exitCode = await main();
