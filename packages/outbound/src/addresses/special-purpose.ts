import { contains, parseNetwork, type Address, type Network } from './network.ts';

/**
 * The blocks that no request may reach: the IANA IPv4 and IPv6 special-purpose address registries (RFC 6890), multicast,
 * and what clouds put beside them. Blocks that the registries call globally reachable (anycast relays and sinks) are
 * listed too: nobody receives requests there.
 */
const SPECIAL_PURPOSE: readonly (readonly [cidr: string, name: string])[] = [
  ['0.0.0.0/8', 'this network'],
  ['10.0.0.0/8', 'private use'],
  ['100.64.0.0/10', 'shared address space of carrier-grade NAT'],
  ['127.0.0.0/8', 'loopback'],
  ['168.63.129.16/32', 'platform services of a cloud'],
  ['169.254.0.0/16', 'link-local, with the metadata services of clouds'],
  ['172.16.0.0/12', 'private use'],
  ['192.0.0.0/24', 'IETF protocol assignments'],
  ['192.0.2.0/24', 'documentation'],
  ['192.31.196.0/24', 'AS112'],
  ['192.52.193.0/24', 'AMT'],
  ['192.88.99.0/24', '6to4 relays'],
  ['192.168.0.0/16', 'private use'],
  ['192.175.48.0/24', 'AS112'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['255.255.255.255/32', 'broadcast'],
  ['240.0.0.0/4', 'reserved'],
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['::ffff:0:0/96', 'IPv4-mapped'],
  ['::/96', 'IPv4-compatible'],
  ['64:ff9b::/96', 'NAT64'],
  ['64:ff9b:1::/48', 'NAT64'],
  ['100::/64', 'discard only'],
  ['100:0:0:1::/64', 'dummy prefix'],
  ['2001::/32', 'Teredo'],
  ['2001::/23', 'IETF protocol assignments'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', '6to4'],
  ['2620:4f:8000::/48', 'AS112'],
  ['3fff::/20', 'documentation'],
  ['5f00::/16', 'segment routing'],
  ['fc00::/7', 'unique local, with the metadata services of clouds'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'site-local'],
  ['ff00::/8', 'multicast'],
];

const BLOCKS = SPECIAL_PURPOSE.map(([cidr, name]) => ({ network: parseNetwork(cidr), name }));

/** All of IPv6 that is assigned for global unicast; the rest is reserved. */
const GLOBAL_UNICAST: Network = parseNetwork('2000::/3');

/** What an address is if it is not an ordinary public one; undefined for an ordinary public address. */
export function specialPurposeOf(address: Address): string | undefined {
  const block = BLOCKS.find(({ network }) => contains(network, address));
  if (block !== undefined) return block.name;
  return address.kind() === 'ipv6' && !contains(GLOBAL_UNICAST, address) ? 'reserved' : undefined;
}
