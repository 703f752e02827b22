import { pathToFileURL } from 'node:url';
import type { ParseArgsConfig } from 'node:util';
import { factsLakeConfig, type FactsLakeConfig } from '@stellar-insights/facts-lake';
import { LAST_LEDGER, parseLedgerSequence, type LedgerRange } from '@stellar-insights/ledger';
import {
  openSource,
  type LedgerSource,
  type RpcSettings,
  type SourceLocation,
  type SourceOptions,
} from '@stellar-insights/ledger/sources';
import type { Env } from '@stellar-insights/runtime/env';
import { historySource, tipSource, type NetworkConfig } from '../network-config.ts';
import { UsageError } from './errors.ts';

export const rangeOptions = {
  from: { type: 'string' },
  to: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

export const rangeUsage = `\
  --from A     first ledger
  --to B       last ledger`;

export const sourceOptions = {
  lake: { type: 'string' },
  rpc: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

export const sourceUsage = `\
  --lake X     data lake: a folder or an http(s) base URL; default: LEDGER_LAKE_URL
  --rpc URL    Stellar RPC; default: STELLAR_RPC_URL`;

export const factsLakeOptions = {
  'facts-lake': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

export const factsLakeUsage = `\
  --facts-lake X
               facts lake: a folder, or a URL as in FACTS_LAKE_URL; default: FACTS_LAKE_URL`;

interface SourceValues {
  readonly lake?: string;
  readonly rpc?: string;
}

/** @throws UsageError unless both are given, in order */
export function rangeOf(values: { readonly from?: string; readonly to?: string }): LedgerRange {
  const range = { from: ledgerOf('--from', values.from), to: ledgerOf('--to', values.to) };
  if (range.to < range.from) throw new UsageError(`found --to ${range.to}, expected ${range.from} or more`);
  return range;
}

/** The source of the command line, else the one that the worker follows; undefined if neither is named. */
export function followedSource(values: SourceValues, config: NetworkConfig): LedgerSource | undefined {
  const isNamed = values.lake !== undefined || values.rpc !== undefined;
  return open(isNamed ? locate(values, config) : tipSource(config), { retry: { attempts: 2 } });
}

/**
 * The source of the command line, else the one of the environment.
 *
 * @throws UsageError if no source is named
 */
export function requireSource(values: SourceValues, config: NetworkConfig): LedgerSource {
  const source = open(locate(values, config));
  if (source !== undefined) return source;
  throw new UsageError(
    'found no source, expected --lake, --rpc, or the variable LEDGER_LAKE_URL or STELLAR_RPC_URL',
  );
}

/** The source of the command line; undefined if it names none. */
export function namedSource(values: SourceValues, config: NetworkConfig): LedgerSource | undefined {
  const isNamed = values.lake !== undefined || values.rpc !== undefined;
  return isNamed ? open(locate(values, config)) : undefined;
}

/**
 * The facts lake of the command line, else the one of the environment.
 *
 * @throws UsageError if none is named; ConfigError
 */
export function requireFactsLake(
  { 'facts-lake': named }: { readonly 'facts-lake'?: string },
  env: Env,
): FactsLakeConfig {
  const url = named === undefined || /^[a-z\d]+:\/\//.test(named) ? named : pathToFileURL(named).href;
  const config = factsLakeConfig(url === undefined ? env : { ...env, FACTS_LAKE_URL: url });
  if (config !== null) return config;
  throw new UsageError('found no facts lake, expected --facts-lake, or the variable FACTS_LAKE_URL');
}

/** @throws UsageError unless it is a number of ledgers; undefined if it is not given */
export function chunkLedgersOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new UsageError(`found --chunk ${text}, expected a number of ledgers from 1 to 9999999`);
}

function open(location: SourceLocation | undefined, options?: SourceOptions): LedgerSource | undefined {
  try {
    return location && openSource(location, options);
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

function ledgerOf(option: string, text: string | undefined): number {
  const ledger = parseLedgerSequence(text ?? '');
  if (ledger !== null) return ledger;
  const found = text === undefined ? `no ${option}` : `${option} ${text}`;
  throw new UsageError(`found ${found}, expected ${option} with a ledger from 1 to ${LAST_LEDGER}`);
}

function locate({ lake, rpc }: SourceValues, config: NetworkConfig): SourceLocation | undefined {
  if (lake !== undefined && rpc !== undefined) {
    throw new UsageError('found both --lake and --rpc, expected one of them');
  }
  if (lake !== undefined) return { lake };
  if (rpc !== undefined) return { rpc, rpcSettings: settingsFor(rpc, config) };
  return historySource(config);
}

/** STELLAR_RPC_HEADERS hold keys for STELLAR_RPC_URL, which no other server may get. */
function settingsFor(rpc: string, { rpcUrl, rpcSettings }: NetworkConfig): RpcSettings {
  const { headers: _, ...others } = rpcSettings;
  const known = rpcUrl !== undefined && URL.parse(rpc)?.origin === new URL(rpcUrl).origin;
  return known ? rpcSettings : others;
}
