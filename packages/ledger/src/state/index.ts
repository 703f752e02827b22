export type { Comparison, Disagreement } from './compared-state.ts';
export { StateError, type StateErrorCode } from './errors.ts';
export type { RequestBudget, RequestPriority } from './horizon-client.ts';
export type {
  AccountFlags,
  AccountState,
  AssetState,
  Authorization,
  Coverage,
  ExpectedNetwork,
  Holding,
  NetworkState,
  Placement,
  PoolState,
  StatePage,
  StateSource,
  TrustlineName,
  TrustlineState,
} from './network-state.ts';
export { openNetworkState, type StateLocation, type StateOptions } from './open-state.ts';
