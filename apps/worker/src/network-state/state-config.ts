import type { StateLocation } from '@stellar-insights/ledger/state';
import { defineEnv, parseEnv, type Env } from '@stellar-insights/runtime/env';
import { z } from 'zod';
import type { NetworkConfig } from '../network-config.ts';

/** Where the present state of the network is read: pools, assets, issuers. */
export const stateVariables = defineEnv({
  STELLAR_HORIZON_URL: {
    schema: z.url({ protocol: /^https?$/ }).optional(),
    description:
      'The Horizon that lists all pools and assets. If not set, only those are read that stored ledgers name, from STELLAR_RPC_URL. All workers that read the state need the same setting.',
    example: 'https://horizon.stellar.org',
  },
  HORIZON_REQUESTS_PER_HOUR: {
    schema: z.coerce.number().int().min(60).max(10_000_000).default(3600),
    description:
      'The most requests to STELLAR_HORIZON_URL that all workers together make in an hour. A quarter of them may be made at once.',
  },
});

export interface StateConfig {
  /** Undefined without a Horizon and an RPC: a data lake has no state. */
  readonly location: StateLocation | undefined;
  readonly horizonRequestsPerHour: number;
}

/** @throws ConfigError with every fault */
export function stateConfig(env: Env, { rpcUrl, rpcSettings }: NetworkConfig): StateConfig {
  const values = parseEnv(stateVariables, env);
  const url = values.STELLAR_HORIZON_URL;
  const horizon = url === undefined ? undefined : { horizon: url };
  const location = rpcUrl === undefined ? horizon : { ...horizon, rpc: rpcUrl, rpcSettings };
  return { location, horizonRequestsPerHour: values.HORIZON_REQUESTS_PER_HOUR };
}
