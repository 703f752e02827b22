import { ConfigError, parseEnv, webhookVariables, type Env } from '@stellar-insights/runtime/env';
import { parseNetworks, type Network } from './addresses/network.ts';
import { NetworkListError } from './errors.ts';

const { OUTBOUND_ALLOWED_NETWORKS } = webhookVariables;

/**
 * The networks that requests may reach besides public ones.
 *
 * @throws ConfigError
 */
export function allowedNetworksConfig(env: Env): readonly Network[] {
  const { OUTBOUND_ALLOWED_NETWORKS: text } = parseEnv({ OUTBOUND_ALLOWED_NETWORKS }, env);
  try {
    return parseNetworks(text);
  } catch (error) {
    if (!(error instanceof NetworkListError)) throw error;
    const expected = 'a comma-separated list of networks such as 10.0.0.0/8';
    throw new ConfigError([{ name: 'OUTBOUND_ALLOWED_NETWORKS', found: text, expected }]);
  }
}
