import { isIP } from 'node:net';
import { checkAddress } from './addresses/check-address.ts';
import type { Network } from './addresses/network.ts';
import { OutboundError } from './errors.ts';

const LONGEST_URL = 2048;

/** From the "bad ports" of the Fetch standard: those from 1024 up, where other protocols would read a request as theirs. */
const BAD_PORTS: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10080,
]);

/**
 * The URL if a request may be sent to it, as far as that is known without a look-up: http or https, no credentials, an
 * ordinary port, and no address that is not public. The URL parser has by then turned every spelling of an address
 * (`0x7f.1`, `2130706433`, full-width digits) into the standard one.
 *
 * Throws `url_not_allowed` or `address_not_allowed`.
 */
export function checkUrl(text: string, allowedNetworks: readonly Network[] = []): URL {
  if (text.length > LONGEST_URL) {
    throw refused(`a URL of ${text.length} characters`, `at most ${LONGEST_URL}`, 'shorten it');
  }
  const url = URL.parse(text);
  if (url === null || url.hostname === '') {
    throw refused('no absolute URL', 'https://host/path', 'check its form; an IPv6 address has no zone');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refused(`the protocol ${url.protocol.slice(0, -1)}`, 'https', 'use https');
  }
  if (url.username !== '' || url.password !== '') {
    throw refused('credentials in the URL', 'none', 'authenticate requests by their signature');
  }
  if (!isOrdinaryPort(url.port)) {
    throw refused(
      `port ${url.port}`,
      '80, 443 or one from 1024 up that no other protocol owns',
      'use another port',
    );
  }
  // DNS reads a name with a final dot as the same name; a certificate does not have it.
  url.hostname = url.hostname.replace(/\.$/, '');
  const address = literalAddress(url);
  if (address !== undefined) checkAddress(address, address, allowedNetworks);
  return url;
}

/** The address in the place of the host's name, without brackets; undefined if the host is a name. */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? undefined : host;
}

function isOrdinaryPort(port: string): boolean {
  if (port === '' || port === '80' || port === '443') return true;
  return Number(port) >= 1024 && !BAD_PORTS.has(Number(port));
}

function refused(found: string, expected: string, action: string): OutboundError {
  return new OutboundError('url_not_allowed', `found ${found}, expected ${expected}: ${action}`, {
    retryable: false,
  });
}
