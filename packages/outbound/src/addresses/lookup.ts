import { Resolver } from 'node:dns/promises';

/** All addresses of a name, IPv4 first. Rejects if there is none. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

export interface DnsOptions {
  /** `address:port` of each name server. Default: the system's. */
  readonly servers?: readonly string[];
  /** Of one question to one server; asked twice. Default: 2000. */
  readonly timeoutMs?: number;
}

/**
 * Asks name servers only, not the file of hosts. `dns.lookup` would occupy one of a few threads for as long as a name
 * server stalls, and anybody can run such a server. `localhost` is the loopback address (RFC 6761).
 */
export function dnsLookup({ servers, timeoutMs = 2000 }: DnsOptions = {}): Lookup {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  return async (hostname) => {
    if (hostname === 'localhost' || hostname.endsWith('.localhost')) return ['127.0.0.1'];
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const [ipv4] = answers;
    if (addresses.length === 0 && ipv4.status === 'rejected') throw ipv4.reason;
    return addresses;
  };
}
