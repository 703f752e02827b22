import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { NetworkListError } from '../errors.ts';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A block of addresses: its first address and the length of its prefix in bits. */
export interface Network {
  readonly first: Address;
  readonly bits: number;
}

/** Networks in CIDR notation, separated by commas; none for an empty text. Throws `NetworkListError`. */
export function parseNetworks(text: string): Network[] {
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '').map(parseNetwork);
}

export function parseNetwork(text: string): Network {
  const [, first = '', bits = ''] = /^([^/]+)\/([0-9]{1,3})$/.exec(text) ?? [];
  const address = parseAddress(first);
  if (address === undefined || Number(bits) > address.toByteArray().length * 8)
    throw new NetworkListError(text);
  return { first: address, bits: Number(bits) };
}

/** Undefined unless the text is an address in its standard notation, without a zone. */
export function parseAddress(text: string): Address | undefined {
  return isIP(text) === 0 || text.includes('%') ? undefined : ipaddr.parse(text);
}

export function contains({ first, bits }: Network, address: Address): boolean {
  return first.kind() === address.kind() && address.match(first, bits);
}
