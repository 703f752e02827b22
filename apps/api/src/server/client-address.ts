import type { IncomingMessage } from 'node:http';
import { isIP, SocketAddress } from 'node:net';

type Request = Pick<IncomingMessage, 'socket' | 'headers'>;

/** The address of a request's client: IPv4, or IPv6 in its shortest form. */
export type AddressOf = (request: Request) => string;

/**
 * How the address of a client is found behind so many trusted proxies. Each of them appends the address that it saw to
 * `X-Forwarded-For`, so the client's is the Nth from the right; what stands further left is the client's own claim. Without
 * proxies, or if no address is at that place, it is the address of the connection. `Forwarded` is not read.
 */
export function addressBehind(trustedProxies: number): AddressOf {
  return ({ socket, headers }) => {
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    const named = trustedProxies > 0 ? parseAddress(forwarded.at(-trustedProxies)) : undefined;
    return named ?? parseAddress(socket.remoteAddress) ?? '';
  };
}

/** What an address is counted under: an IPv6 client has the whole of its /64. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(8 - head.length - tail.length).fill('0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}

/** Some proxies add the port. An IPv4 address is one also where the socket speaks IPv6. */
function parseAddress(text = ''): string | undefined {
  const [, bracketed, dotted] = /^(?:\[(.*)\]|([\d.]+))(?::\d{1,5})?$/.exec(text.trim()) ?? [];
  const address = (bracketed ?? dotted ?? text.trim()).replace(/%.*$/, '');
  const version = isIP(address);
  if (version !== 6) return version === 4 ? address : undefined;
  const shortest = new SocketAddress({ address, family: 'ipv6' }).address;
  return shortest.replace(/^::ffff:(?=\d+\.)/, '');
}
