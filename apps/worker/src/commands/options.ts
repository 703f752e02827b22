import type { ParseArgsConfig } from 'node:util';
import { openSource, type LedgerSource, type SourceLocation } from '@stellar-insights/ledger/sources';
import type { NetworkConfig } from '../network-config.ts';
import { UsageError } from './errors.ts';

export const sourceOptions = {
  lake: { type: 'string' },
  rpc: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

interface SourceValues {
  readonly lake?: string;
  readonly rpc?: string;
}

/** What the command line names goes before what the environment does; undefined if neither names one. */
export function namedSource(values: SourceValues, config: NetworkConfig): LedgerSource | undefined {
  const location = locate(values, config);
  try {
    return location && openSource(location);
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

/** @throws UsageError if no source is named */
export function requireSource(values: SourceValues, config: NetworkConfig): LedgerSource {
  const source = namedSource(values, config);
  if (source !== undefined) return source;
  throw new UsageError('found no source, expected --lake or --rpc, or LEDGER_LAKE_URL or STELLAR_RPC_URL');
}

function locate({ lake, rpc }: SourceValues, { lakeUrl, rpcUrl }: NetworkConfig): SourceLocation | undefined {
  if (lake !== undefined && rpc !== undefined) {
    throw new UsageError('found both --lake and --rpc, expected one of them');
  }
  if (lake !== undefined) return { lake };
  if (rpc !== undefined) return { rpc };
  if (lakeUrl !== undefined) return { lake: lakeUrl };
  return rpcUrl === undefined ? undefined : { rpc: rpcUrl };
}
