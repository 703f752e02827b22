import type { Problem } from '@stellar-insights/contract';
import { backoffMs } from '../backoff.ts';
import { sleep, type Clock } from '../clock.ts';
import { ApiProblemError, ApiUnreachableError, UnexpectedAnswerError } from '../errors.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpOptions {
  readonly fetch: Fetch;
  readonly headers: Readonly<Record<string, string>>;
  /** How often a request is sent at most. */
  readonly attempts: number;
  /** How long one attempt may take. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

export interface CallOptions {
  /** Ends the call; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** If the API asks for a longer pause, the caller gets the error at once and decides. */
const LONGEST_PAUSE_MS = 60_000;

/** What is asked of a route. */
export interface Call extends CallOptions {
  /** Default: GET. */
  readonly method?: string | undefined;
  /** Sent as JSON; of a GET, none. */
  readonly body?: object;
  /** The statuses of answers in the route's own form. */
  readonly accepts: readonly number[];
}

/**
 * The JSON of a route; undefined if the answer has no content. A request that only reads is sent again: after a connection
 * that failed, and after an answer that says that a later request may succeed, not before the time in its `Retry-After`.
 * Any other request may have been carried out without an answer: it is sent again only after 429.
 *
 * @throws ApiProblemError, UnexpectedAnswerError or ApiUnreachableError of the last attempt; the signal's reason
 */
export async function requestJson(url: string, call: Call, http: HttpOptions): Promise<unknown> {
  const { method = 'GET', signal } = call;
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt(url, call, http);
    } catch (error) {
      signal?.throwIfAborted();
      const isRepeatable = method === 'GET' || (error instanceof ApiProblemError && error.status === 429);
      const pauseMs = isRepeatable ? pauseAfter(error, failures, http) : undefined;
      if (pauseMs === undefined) throw error;
      await sleep(http.clock, pauseMs, signal);
    }
  }
}

/** Undefined: the request is not sent again. */
function pauseAfter(error: unknown, failures: number, { attempts, clock }: HttpOptions): number | undefined {
  const retryable =
    error instanceof ApiUnreachableError ||
    ((error instanceof ApiProblemError || error instanceof UnexpectedAnswerError) && error.retryable);
  if (!retryable || failures >= attempts) return undefined;
  const askedMs = error instanceof ApiProblemError ? (error.retryAfterMs ?? 0) : 0;
  return askedMs > LONGEST_PAUSE_MS ? undefined : Math.max(askedMs, backoffMs(failures, clock));
}

async function attempt(
  url: string,
  { method = 'GET', body, accepts, signal }: Call,
  { fetch, headers, timeoutMs }: HttpOptions,
): Promise<unknown> {
  const limit = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: {
        Accept: 'application/json',
        ...(body && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    text = await response.text();
  } catch (error) {
    throw new ApiUnreachableError(url, error);
  }
  const type = mediaType(response);
  if (response.status === 204 && accepts.includes(204)) return undefined;
  if (accepts.includes(response.status) && type === 'application/json') return parse(text, url, response);
  throw refusal(url, response, text);
}

/** The error of an answer that is not the one that was asked for. */
export function refusal(
  url: string,
  response: Response,
  text: string,
): ApiProblemError | UnexpectedAnswerError {
  if (mediaType(response) !== 'application/problem+json') return unexpected(url, response);
  return new ApiProblemError(parse(text, url, response) as Problem, retryAfterMs(response.headers));
}

function parse(text: string, url: string, response: Response): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unexpected(url, response);
  }
}

function unexpected(url: string, response: Response): UnexpectedAnswerError {
  const found = mediaType(response) || 'an answer without a type';
  return new UnexpectedAnswerError(url, { status: response.status, found, expected: 'JSON of the API' });
}

/** What `Content-Type` says, without parameters; empty if it says nothing. */
export function mediaType({ headers }: Response): string {
  return (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** `Retry-After` as ms from now; it is a number of seconds or a date. */
function retryAfterMs(headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
