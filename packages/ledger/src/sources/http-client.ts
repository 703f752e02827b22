import { OversizedBodyError, TransientError } from './errors.ts';
import { LinkedAbort } from './linked-abort.ts';
import { defaultRetryPolicy, retry, type RetryPolicy } from './retry.ts';
import { systemTiming, type Timing } from './timing.ts';

export interface HttpOptions {
  /** For one attempt from the first byte sent to the last byte received; default 60,000. */
  readonly timeoutMs?: number;
  readonly retry?: Partial<RetryPolicy>;
  readonly timing?: Timing;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

const TRANSIENT_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);

/** HTTP with a time-out on each attempt, a bound on the body, and a retry policy. */
export class HttpClient {
  readonly policy: RetryPolicy;
  readonly timing: Timing;
  readonly #timeoutMs: number;

  constructor(options: HttpOptions = {}) {
    this.policy = { ...defaultRetryPolicy, ...options.retry };
    this.timing = options.timing ?? systemTiming;
    this.#timeoutMs = options.timeoutMs ?? 60_000;
  }

  /**
   * One attempt. The answer, whatever its status, unless that is one that may pass (429, most of 5xx).
   *
   * @throws TransientError no whole answer, or such a status
   * @throws OversizedBodyError
   */
  async once(url: URL, init: RequestInit, maxBytes: number, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.#fetch(url, init, maxBytes, signal);
    if (!TRANSIENT_STATUS.has(answer.status)) return answer;
    throw new TransientError(`HTTP ${answer.status}${excerpt(answer.body)}`, {
      rateLimited: answer.status === 429,
      retryAfterMs: retryAfterMs(answer.headers.get('retry-after'), this.timing.now()),
    });
  }

  /** Repeats `attempt` for as long as it throws `TransientError`, within the retry policy. */
  retrying<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return retry(attempt, this.policy, this.timing, signal);
  }

  async #fetch(url: URL, init: RequestInit, maxBytes: number, signal: AbortSignal): Promise<HttpAnswer> {
    signal.throwIfAborted();
    using scope = new LinkedAbort(signal);
    const timeout = new TransientError(`no complete answer within ${this.#timeoutMs} ms`);
    const timer = setTimeout(() => scope.abort(timeout), this.#timeoutMs);
    try {
      const response = await fetch(url, { ...init, signal: scope.signal });
      const body = await readBody(response, maxBytes);
      return { status: response.status, headers: response.headers, body };
    } catch (error) {
      scope.signal.throwIfAborted();
      if (error instanceof OversizedBodyError || error instanceof TransientError) throw error;
      throw new TransientError(describeNetworkError(error), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The start of a body, to go behind a status in a message. */
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
    throw new TransientError(`a body that ended after ${received}${whole} bytes`, { cause: error });
  }
  return Buffer.concat(chunks, received);
}

/** RFC 9110 section 10.2.3: seconds, or a date. */
function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = header.endsWith('GMT') ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** `fetch` says only "fetch failed"; why lies in the cause. */
function describeNetworkError(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause ? `${String(cause.code)} ` : '';
  return `${code}${cause.message}`.trim();
}
