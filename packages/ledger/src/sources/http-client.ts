import { LinkedAbort, parseRetryAfter, retry, systemClock, type Clock } from '@stellar-insights/runtime/time';
import { OversizedBodyError, PageRefusedError, TransientError } from './errors.ts';

export interface HttpOptions {
  /** For one attempt, from the first byte sent to the last byte received; default: 60,000. */
  readonly timeoutMs?: number;
  readonly retry?: Partial<RetryPolicy>;
  readonly clock?: Clock;
}

export interface RetryPolicy {
  /** The number of attempts, the first one included; default: 6. */
  readonly attempts: number;
  /** The wait before the second attempt is at most this long; the bound doubles with each further one. Default: 250. */
  readonly baseMs: number;
  /** The highest bound of a wait; default: 10,000. */
  readonly capMs: number;
  /** The longest wait that a server's `Retry-After` may ask for; default: 60,000. */
  readonly retryAfterCapMs: number;
}

const DEFAULT_POLICY: RetryPolicy = { attempts: 6, baseMs: 250, capMs: 10_000, retryAfterCapMs: 60_000 };

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

const TRANSIENT_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);
/** What servers and proxies return when an answer takes them too long. */
const TOO_MUCH_STATUS = new Set([408, 500, 504]);

/** HTTP with a timeout for each attempt, a limit on the body, and a retry policy. */
export class HttpClient {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly #timeoutMs: number;

  constructor(options: HttpOptions = {}) {
    this.policy = { ...DEFAULT_POLICY, ...options.retry };
    this.clock = options.clock ?? systemClock;
    this.#timeoutMs = options.timeoutMs ?? 60_000;
  }

  /**
   * One attempt. Returns the answer of any status, except of those that may pass (429, most of 5xx).
   *
   * @throws TransientError no whole answer, or such a status
   * @throws OversizedBodyError
   */
  async once(url: URL, init: RequestInit, maxBytes: number, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.#fetch(url, init, maxBytes, signal);
    if (!TRANSIENT_STATUS.has(answer.status)) return answer;
    throw new TransientError(`HTTP ${answer.status}${excerpt(answer.body)}`, {
      rateLimited: answer.status === 429,
      tooMuch: TOO_MUCH_STATUS.has(answer.status),
      retryAfterMs: parseRetryAfter(answer.headers.get('retry-after'), this.clock.date()),
    });
  }

  /** Repeats `attempt` while it throws `TransientError` or `PageRefusedError`, within the retry policy. */
  retrying<T>(
    attempt: () => Promise<T>,
    signal: AbortSignal,
    attempts: number = this.policy.attempts,
  ): Promise<T> {
    const { baseMs, capMs, retryAfterCapMs } = this.policy;
    return retry(attempt, {
      attempts,
      baseMs,
      capMs,
      signal,
      clock: this.clock,
      isTransient: (error) => error instanceof TransientError || error instanceof PageRefusedError,
      minimumMs: (error) =>
        error instanceof TransientError ? Math.min(error.retryAfterMs ?? 0, retryAfterCapMs) : 0,
    });
  }

  async #fetch(url: URL, init: RequestInit, maxBytes: number, signal: AbortSignal): Promise<HttpAnswer> {
    signal.throwIfAborted();
    using scope = new LinkedAbort(signal);
    const timeout = new TransientError(`no complete answer within ${this.#timeoutMs} ms`, { tooMuch: true });
    const cancelTimeout = this.clock.after(this.#timeoutMs, () => scope.abort(timeout));
    try {
      const response = await fetch(url, { ...init, signal: scope.signal });
      const body = await readBody(response, maxBytes);
      return { status: response.status, headers: response.headers, body };
    } catch (error) {
      scope.signal.throwIfAborted();
      if (error instanceof OversizedBodyError || error instanceof TransientError) throw error;
      throw new TransientError(describeNetworkError(error), { cause: error });
    } finally {
      cancelTimeout();
    }
  }
}

/** @throws TypeError if the text is not an http(s) URL without a user name; `what` and `hint` are for its message */
export function httpUrl(text: string, what: string, hint = ''): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new TypeError(`found ${JSON.stringify(text)}, expected the http(s) URL of ${what}${hint}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`found a user name in the URL of ${what} at ${url.host}, expected one without`);
  }
  return url;
}

/** The start of a body, to follow a status in a message. */
export function excerpt(body: Buffer): string {
  const text = body.subarray(0, 400).toString('utf8').replaceAll(/\s+/g, ' ').trim();
  return text === '' ? '' : ` (${text.slice(0, 120)})`;
}

async function readBody(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    for await (const chunk of response.body ?? []) {
      received += chunk.byteLength;
      if (received > maxBytes) throw new OversizedBodyError(`a body of more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof OversizedBodyError) throw error;
    const length = response.headers.get('content-length');
    const whole = length === null ? '' : ` of ${length}`;
    throw new TransientError(`a body that ended after ${received}${whole} bytes`, {
      tooMuch: true,
      cause: error,
    });
  }
  return Buffer.concat(chunks, received);
}

/** The message of `fetch` is only "fetch failed"; its cause has the reason. */
function describeNetworkError(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause ? `${String(cause.code)} ` : '';
  return `${code}${cause.message}`.trim();
}
