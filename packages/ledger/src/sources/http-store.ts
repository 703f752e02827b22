import { LedgerError } from '../errors.ts';
import { OversizedBodyError, oversizedObject, TransientError } from './errors.ts';
import { excerpt, HttpClient, type HttpOptions } from './http-client.ts';
import type { LakeObject, LakeRequest, LakeStore } from './lake-store.ts';

const ABSENT: Readonly<Record<number, string>> = {
  403: 'HTTP 403, which object stores also return for a key that does not exist',
  404: 'HTTP 404',
  410: 'HTTP 410',
};

/** A data lake behind an HTTP base URL: a bucket, or any server of static files. */
export class HttpStore implements LakeStore {
  readonly #base: URL;
  readonly #http: HttpClient;

  /** The path of `base` is the lake's root; its query and fragment are ignored. */
  constructor(base: URL, options: HttpOptions = {}) {
    this.#base = new URL(base);
    this.#base.search = '';
    this.#base.hash = '';
    if (!this.#base.pathname.endsWith('/')) this.#base.pathname += '/';
    this.#http = new HttpClient(options);
  }

  locate(key: string): string {
    return new URL(key, this.#base).href;
  }

  async read(request: LakeRequest, signal: AbortSignal): Promise<LakeObject> {
    const url = new URL(request.key, this.#base);
    const answer = await this.#get(url, request, signal);
    if (answer.status === 200) {
      const compressed = !answer.headers.get('content-encoding')?.includes('zstd');
      return { present: true, bytes: answer.body, compressed };
    }
    const absent = ABSENT[answer.status];
    if (absent !== undefined) {
      return { present: false, evidence: `${absent}, for ${url.href}`, forbidden: answer.status === 403 };
    }
    throw unreachable(request, `HTTP ${answer.status}${excerpt(answer.body)} for ${url.href}`, {
      action:
        'check the lake URL (for a bucket, the URL of its region) and that it can be read without credentials',
    });
  }

  async #get(url: URL, request: LakeRequest, signal: AbortSignal) {
    try {
      // If the server compressed the answer, its length would not be the object's.
      const init = { headers: { 'accept-encoding': 'identity' } };
      const attempt = () => this.#http.once(url, init, request.maxBytes, signal);
      return await this.#http.retrying(attempt, signal);
    } catch (error) {
      if (error instanceof OversizedBodyError) throw oversizedObject(request, url.href);
      if (!(error instanceof TransientError)) throw error;
      const found = `${error.message} for ${url.href}, the last of ${this.#http.policy.attempts} attempts`;
      throw unreachable(request, found, {
        action: 'check the network and the lake server, then try again',
        retryable: true,
        rateLimited: error.rateLimited,
        cause: error,
      });
    }
  }
}

function unreachable(
  request: LakeRequest,
  found: string,
  facts: { action: string; retryable?: boolean; rateLimited?: boolean; cause?: unknown },
): LedgerError {
  return new LedgerError(facts.rateLimited ? 'rate_limited' : 'lake_unreachable', {
    ...(request.ledger !== undefined && { ledger: request.ledger }),
    found,
    expected: 'the whole object',
    action: facts.rateLimited ? 'wait, or read with less prefetch' : facts.action,
    retryable: facts.retryable ?? false,
    cause: facts.cause,
  });
}
