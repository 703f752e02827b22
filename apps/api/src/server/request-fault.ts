import type { IncomingMessage } from 'node:http';
import { malformedRequest, ProblemError } from '../answers/problem.ts';

/** `uri-host [ ":" port ]` of RFC 9110 without commas: a list of hosts is no host. */
const AUTHORITY = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+;=%-]+)(?::\d+)?$/i;
/** The authority of a target in absolute form (RFC 9112 §3.2.2). */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)/;

/** Why HTTP forbids to serve a request whose head Node has accepted; undefined if nothing does. */
export function faultOf(request: IncomingMessage): ProblemError | undefined {
  return faultOfVersion(request) ?? faultOfFraming(request) ?? faultOfHost(request) ?? faultOfTarget(request);
}

/** Node's parser also lets 0.9 and 2.0 through. */
function faultOfVersion({ httpVersion }: IncomingMessage): ProblemError | undefined {
  if (httpVersion === '1.1' || httpVersion === '1.0') return undefined;
  return new ProblemError(505, 'http_version_not_supported', 'the request is not HTTP/1.1 or HTTP/1.0');
}

/** RFC 9112 §6.1. Where the body ends is not known then, so the connection has to be closed. */
function faultOfFraming({ headers, httpVersion }: IncomingMessage): ProblemError | undefined {
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  if (httpVersion !== '1.1') return malformedRequest('HTTP/1.0 has no transfer codings');
  if (coding.toLowerCase() === 'chunked') return undefined;
  const detail = 'the only transfer coding that is understood is `chunked`';
  return new ProblemError(501, 'transfer_coding_not_supported', detail);
}

/** RFC 9112 §3.2. Probes in HTTP/1.0 name no host. */
function faultOfHost({ rawHeaders, httpVersion }: IncomingMessage): ProblemError | undefined {
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host');
  const [host] = hosts;
  if (host === undefined) {
    return httpVersion === '1.0' ? undefined : malformedRequest('it has no `Host` header');
  }
  if (hosts.length > 1) return malformedRequest('it has more than one `Host` header');
  return isAuthority(host) ? undefined : malformedRequest('its `Host` header is not valid');
}

function faultOfTarget({ method, url = '' }: IncomingMessage): ProblemError | undefined {
  if (url.startsWith('/') || (url === '*' && method === 'OPTIONS')) return undefined;
  const authority = ABSOLUTE_FORM.exec(url)?.[1];
  if (authority !== undefined && isAuthority(authority)) return undefined;
  return malformedRequest('its target is neither a path nor an http URL');
}

/** The second check knows the ranges of ports and of the parts of IPv4 addresses. */
function isAuthority(text: string): boolean {
  return AUTHORITY.test(text) && URL.canParse(`http://${text}`);
}
