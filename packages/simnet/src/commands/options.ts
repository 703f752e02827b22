import { parseArgs, type ParseArgsConfig } from 'node:util';
import { DEFAULT_NETWORK, MOST_TRANSACTIONS, type NetworkOptions } from '../network.ts';
import { UsageError } from './errors.ts';

/** So that a network of any length stays within 32 bits. */
const LATEST_START = 2 ** 31;

export interface Command {
  readonly usage: string;
  /** @throws UsageError if an option is wrong */
  readonly run: (args: string[]) => Promise<void>;
}

/** What network it is; the same for all commands. */
export const networkOptions = {
  'start-ledger': { type: 'string', default: String(DEFAULT_NETWORK.startLedger) },
  seed: { type: 'string', default: DEFAULT_NETWORK.seed },
  passphrase: { type: 'string', default: DEFAULT_NETWORK.passphrase },
  'transactions-per-ledger': { type: 'string' },
} as const satisfies Options;

export const networkUsage = `\
  --start-ledger <n>    sequence of the first ledger; default: ${DEFAULT_NETWORK.startLedger}
  --seed <text>         the same seed gives the same network; default: ${DEFAULT_NETWORK.seed}
  --passphrase <text>   of the network; default: ${DEFAULT_NETWORK.passphrase}
  --transactions-per-ledger <n>
                        exactly so many, at most ${MOST_TRANSACTIONS}; default: about fifteen`;

interface NetworkValues {
  readonly 'start-ledger': string;
  readonly seed: string;
  readonly passphrase: string;
  readonly 'transactions-per-ledger'?: string | undefined;
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** @throws UsageError if there is an unknown option, or one without its value */
export function parseOptions<const O extends Options>(args: string[], options: O) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/**
 * The network that the options describe.
 *
 * @throws UsageError
 */
export function networkOf(values: NetworkValues): Omit<NetworkOptions, 'startTime'> {
  const { seed, passphrase, 'start-ledger': startLedger, 'transactions-per-ledger': transactions } = values;
  return {
    seed,
    passphrase,
    startLedger: wholeNumber('start-ledger', startLedger, 2, LATEST_START),
    ...(transactions !== undefined && {
      transactionsPerLedger: wholeNumber('transactions-per-ledger', transactions, 1, MOST_TRANSACTIONS),
    }),
  };
}

/** @throws UsageError unless the text is a whole number within the bounds */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`found --${option} ${text}, expected a whole number from ${least} to ${most}`);
}

/** @throws UsageError unless the text is a number within the bounds */
export function seconds(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new UsageError(`found --${option} ${text}, expected ${least} to ${most} seconds`);
}
