export { parseNetworks, type Network } from './addresses/network.ts';
export { dnsLookup, type DnsOptions, type Lookup } from './addresses/lookup.ts';
export { checkUrl } from './check-url.ts';
export { allowedNetworksConfig } from './config.ts';
export { NetworkListError, OutboundError, type OutboundErrorCode } from './errors.ts';
export {
  OutboundClient,
  type OutboundClientOptions,
  type OutboundRequest,
  type OutboundResponse,
} from './outbound-client.ts';
