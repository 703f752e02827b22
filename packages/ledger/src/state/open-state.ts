import { systemClock } from '@stellar-insights/runtime/time';
import { httpUrl } from '../sources/http-client.ts';
import type { RpcSettings } from '../sources/open-source.ts';
import { ComparedState, type ComparedOptions } from './compared-state.ts';
import type { HorizonOptions } from './horizon-client.ts';
import { HorizonState } from './horizon-state.ts';
import type { ExpectedNetwork, NetworkState } from './network-state.ts';
import { RpcState } from './rpc-state.ts';

interface HorizonLocation {
  /** The URL of a Horizon. */
  readonly horizon: string;
}

interface RpcLocation {
  /** The URL of a Stellar RPC. */
  readonly rpc: string;
  readonly rpcSettings?: RpcSettings;
}

/** A Horizon, an RPC, or a Horizon that is compared with an RPC. */
export type StateLocation = HorizonLocation | RpcLocation | (HorizonLocation & RpcLocation);

export interface StateOptions extends HorizonOptions, Partial<ComparedOptions> {
  readonly expectedNetwork: ExpectedNetwork;
}

/**
 * Connects to nothing; the first call does.
 *
 * @throws TypeError if a location is not an http(s) URL
 */
export function openNetworkState(location: StateLocation, options: StateOptions): NetworkState {
  if (!('rpc' in location)) return openHorizon(location.horizon, options);
  const { expectedNetwork, clock = systemClock } = options;
  const rpcOptions = { ...options, ...location.rpcSettings };
  const rpc = new RpcState(httpUrl(location.rpc, 'an RPC'), expectedNetwork, rpcOptions);
  if (!('horizon' in location)) return rpc;
  const horizon = openHorizon(location.horizon, options);
  return new ComparedState(horizon, rpc, { random: () => clock.random(), ...options });
}

function openHorizon(url: string, options: StateOptions): HorizonState {
  return new HorizonState(httpUrl(url, 'a Horizon'), options.expectedNetwork, options);
}
