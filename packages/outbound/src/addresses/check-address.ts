import { OutboundError } from '../errors.ts';
import { contains, parseAddress, type Network } from './network.ts';
import { specialPurposeOf } from './special-purpose.ts';

/**
 * Throws `address_not_allowed` unless the address is an ordinary public one or lies in one of the networks.
 *
 * @param host as the URL names it; the address itself if the URL has no name.
 */
export function checkAddress(address: string, host: string, allowedNetworks: readonly Network[]): void {
  const parsed = parseAddress(address);
  if (parsed !== undefined && allowedNetworks.some((network) => contains(network, parsed))) return;
  const purpose = parsed === undefined ? 'not an address' : specialPurposeOf(parsed);
  if (purpose === undefined) return;
  const found = address === host ? address : `${address} for ${host}`;
  throw new OutboundError(
    'address_not_allowed',
    `found ${found} (${purpose}), expected a public address: name a host on the Internet, or let the operator add its network to OUTBOUND_ALLOWED_NETWORKS`,
    // What a name resolves to can change; a literal cannot.
    { retryable: address !== host, address },
  );
}
