import type { AnchorFile } from '@stellar-insights/analytics';
import type { Clock } from '@stellar-insights/lifecycle';
import { OutboundError, type OutboundClient, type OutboundResponse } from '@stellar-insights/outbound';
import { parseRetryAfter } from '@stellar-insights/runtime/time';
import { LARGEST_FILE_BYTES, parseStellarToml, StellarTomlError } from './stellar-toml.ts';

/** Many domains lead to their `www.`. */
const MOST_REDIRECTS = 3;
const USER_AGENT = 'stellar-insights-anchors/1';

export interface FetchOptions {
  readonly client: Pick<OutboundClient, 'request'>;
  /** Where `/{domain}/.well-known/stellar.toml` is found; undefined: on the domains themselves. */
  readonly baseUrl: string | undefined;
  readonly clock: Pick<Clock, 'date'>;
  /** If it aborts, `fetchAnchorFile` rejects with its reason. */
  readonly signal: AbortSignal;
}

/** `failure`: a stable code; it begins with `file_` if the domain answered and has no file that can be read. */
export type FetchedFile =
  { readonly file: AnchorFile } | { readonly failure: string; readonly retryAfterMs: number | undefined };

/** Reads the stellar.toml of a domain. Whatever a domain answers is a result, not an error. */
export async function fetchAnchorFile(domain: string, options: FetchOptions): Promise<FetchedFile> {
  const { baseUrl, signal } = options;
  let url = `${baseUrl === undefined ? 'https:/' : baseUrl.replace(/\/+$/, '')}/${domain}/.well-known/stellar.toml`;
  try {
    for (let redirects = 0; ; redirects++) {
      const response = await request(url, options);
      const next = redirectOf(response, url);
      if (next === null) return readResponse(response, options);
      const isSecure = next.protocol === 'https:' || baseUrl !== undefined;
      if (!isSecure || redirects === MOST_REDIRECTS) return failed('file_redirected');
      url = next.href;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof OutboundError) return failed(CODES[error.code] ?? error.code);
    throw error;
  }
}

/** What the answer itself is at fault for. */
const CODES: Readonly<Partial<Record<OutboundError['code'], string>>> = {
  response_too_large: 'file_too_large',
  url_not_allowed: 'file_redirected',
};

function request(url: string, { client, signal }: FetchOptions): Promise<OutboundResponse> {
  return client.request({
    method: 'GET',
    url,
    headers: { accept: 'text/plain, application/toml, */*;q=0.1', 'user-agent': USER_AGENT },
    signal,
    maxResponseBytes: LARGEST_FILE_BYTES,
  });
}

/** Null if the response is no redirect that names a place. */
function redirectOf({ status, headers }: OutboundResponse, from: string): URL | null {
  const { location } = headers;
  const isRedirect = [301, 302, 303, 307, 308].includes(status);
  return isRedirect && typeof location === 'string' ? URL.parse(location, from) : null;
}

function readResponse(response: OutboundResponse, { clock }: FetchOptions): FetchedFile {
  const { status, headers, head } = response;
  if (status === 200) {
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') return failed('file_encoded');
    try {
      return { file: parseStellarToml(head) };
    } catch (error) {
      if (error instanceof StellarTomlError) return failed(error.code);
      throw error;
    }
  }
  const { 'retry-after': header } = headers;
  const retryAfterMs = parseRetryAfter(typeof header === 'string' ? header : undefined, clock.date());
  return failed(codeOfStatus(status), retryAfterMs);
}

function codeOfStatus(status: number): string {
  if (status >= 500) return 'server_error';
  if (status === 429) return 'rate_limited';
  return status === 404 || status === 410 ? 'file_not_found' : 'file_refused';
}

function failed(failure: string, retryAfterMs?: number): FetchedFile {
  return { failure, retryAfterMs };
}
