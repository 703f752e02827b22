import { BlockList, isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';

export interface AddressRange {
  readonly address: string;
  /** Of the prefix, in bits. */
  readonly length: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Null unless the text is an address, or a range such as `10.0.0.0/8`. */
export function parseAddressRange(text: string): AddressRange | null {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  const bits = version === 6 ? 128 : 32;
  const length = Number(prefix ?? bits);
  if (version === 0 || length > bits) return null;
  return { address, length, family: version === 6 ? 'ipv6' : 'ipv4' };
}

/** The proxies whose `X-Forwarded-For` is believed. */
export class TrustedProxies {
  readonly #list = new BlockList();

  constructor(ranges: readonly AddressRange[]) {
    for (const { address, length, family } of ranges) this.#list.addSubnet(address, length, family);
  }

  /** Of the client: the last address that no trusted proxy has. */
  clientOf({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): string {
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    const chain = [
      ...forwarded.map((text) => text.trim()).filter((text) => isIP(text) !== 0),
      socket.remoteAddress ?? '',
    ];
    return plain(chain.findLast((address) => !this.#trusts(address)) ?? chain[0] ?? '');
  }

  #trusts(address: string): boolean {
    const text = plain(address);
    const version = isIP(text);
    return version !== 0 && this.#list.check(text, version === 6 ? 'ipv6' : 'ipv4');
  }
}

/** An IPv4 address as such, also where the socket speaks IPv6. */
function plain(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
}
