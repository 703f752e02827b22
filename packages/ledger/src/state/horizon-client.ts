import type { LedgerSequence } from '../brands.ts';
import { parseLedgerSequence } from '../sequence.ts';
import { OversizedBodyError, PageRefusedError, TransientError } from '../sources/errors.ts';
import { excerpt, HttpClient, type HttpOptions } from '../sources/http-client.ts';
import { invalidRecord, StateError } from './errors.ts';

/** `due`: what an answer waits for; `background`: what can be done at any time of the day. */
export type RequestPriority = 'due' | 'background';

/** How often all processes together may ask. */
export interface RequestBudget {
  /** Takes one request from the budget. It may wait for it; what it throws ends the call. */
  take(priority: RequestPriority, signal: AbortSignal): Promise<void>;
}

export interface HorizonOptions extends HttpOptions {
  readonly budget?: RequestBudget;
  /** Records to ask for at a time in a listing, 2 to 200. Default: 200, Horizon's highest limit. */
  readonly pageSize?: number;
}

export interface HorizonAnswer {
  /** Undefined if there is nothing at the address (404). */
  readonly body: unknown;
  /** The newest ledger in Horizon's state when it answered; undefined if it does not say. */
  readonly ledger: LedgerSequence | undefined;
  /** Where the answer comes from, for messages. */
  readonly subject: string;
}

interface Request {
  /** Below the base URL, with a slash before it; empty for the root. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly priority?: RequestPriority;
}

/** Horizon gives up a request after 55 s; what takes so long will not come. */
const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** GET from a Horizon, within a retry policy and a request budget. */
export class HorizonClient {
  /** Scheme and host, for messages; path and query may hold an access key. */
  readonly origin: string;
  readonly pageSize: number;
  readonly #base: URL;
  readonly #http: HttpClient;
  readonly #budget: RequestBudget | undefined;

  constructor(base: URL, { budget, pageSize = 200, ...options }: HorizonOptions = {}) {
    this.origin = base.origin;
    this.pageSize = pageSize;
    this.#base = base;
    this.#http = new HttpClient({ timeoutMs: TIMEOUT_MS, ...options });
    this.#budget = budget;
  }

  /**
   * What `read` makes of the answer. It is called again, after a new request, if it throws PageRefusedError.
   *
   * @throws StateError
   */
  async get<T>(
    { path, query = {}, priority = 'due' }: Request,
    read: (answer: HorizonAnswer) => T | Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const url = new URL(this.#base);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const subject = `${path === '' ? '/' : path} at ${this.origin}`;
    const attempt = async (): Promise<T> => {
      await this.#budget?.take(priority, signal);
      return await read(await this.#once(url, subject, signal));
    };
    try {
      return await this.#http.retrying(attempt, signal);
    } catch (error) {
      throw this.#explain(error, subject);
    }
  }

  async #once(url: URL, subject: string, signal: AbortSignal): Promise<HorizonAnswer> {
    const init = {
      headers: { accept: 'application/hal+json, application/json' },
      redirect: 'manual',
    } as const;
    const { status, headers, body } = await this.#http.once(url, init, MAX_ANSWER_BYTES, signal);
    const answer = { subject, ledger: parseLedgerSequence(headers.get('latest-ledger') ?? '') ?? undefined };
    if (status === 404) return { ...answer, body: undefined };
    if (status !== 200) {
      throw new StateError('horizon_unreachable', {
        found: `HTTP ${status}${excerpt(body)} from ${subject}`,
        expected: 'HTTP 200',
        action: 'check STELLAR_HORIZON_URL',
      });
    }
    try {
      return { ...answer, body: JSON.parse(body.toString('utf8')) as unknown };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw invalidRecord(`${excerpt(body).trim() || 'nothing'} from ${subject}`, 'JSON');
    }
  }

  #explain(error: unknown, subject: string): unknown {
    if (error instanceof OversizedBodyError)
      return invalidRecord(`${error.message} from ${subject}`, 'a page');
    const { attempts } = this.#http.policy;
    const found = (cause: Error) => `${cause.message} from ${subject}, the last of ${attempts} attempts`;
    if (error instanceof PageRefusedError) {
      return new StateError('horizon_inconsistent', {
        found: found(error),
        expected: 'each record once, in order',
        action: 'use another Horizon, or one server of it, if this goes on',
        retryable: true,
        cause: error,
      });
    }
    if (!(error instanceof TransientError)) return error;
    return new StateError(error.rateLimited ? 'horizon_rate_limited' : 'horizon_unreachable', {
      found: found(error),
      expected: 'an answer',
      action: error.rateLimited
        ? 'lower HORIZON_REQUESTS_PER_HOUR, or use a Horizon with a higher rate limit'
        : 'check the network and the state of Horizon, or use another one',
      retryable: true,
      cause: error,
    });
  }
}
