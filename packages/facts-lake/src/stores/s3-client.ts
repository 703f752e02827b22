import { createReadStream, type ReadStream } from 'node:fs';
import { AwsV4Signer } from 'aws4fetch';
import { Agent, request, type Dispatcher } from 'undici';
import { LinkedAbort, retry, systemClock, type Clock } from '@stellar-insights/runtime/time';
import { FactsLakeError } from '../errors.ts';
import type { LocalFile } from './object-store.ts';

export interface S3Location {
  /** The bucket as a URL, without credentials. */
  readonly name: string;
  /** Objects are at `<endpoint>/<bucket>/<prefix><key>`. */
  readonly endpoint: URL;
  readonly region: string;
  readonly bucket: string;
  /** Empty, or it ends with `/`. */
  readonly prefix: string;
  readonly credentials: S3Credentials;
}

interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface S3Options {
  /** The wait before the second attempt is at most this long; default: 250. */
  readonly retryMs?: number;
  readonly clock?: Clock;
}

interface S3Request {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Of an object, or empty for the bucket. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly bytes: Uint8Array; readonly sha256: string } | LocalFile;
}

const ATTEMPTS = 6;
/** For one attempt, and beside it the time that the bytes take at the slowest rate. */
const TIMEOUT_MS = 60_000;
const LONGEST_WAIT_MS = 10_000;
const SLOWEST_BYTES_PER_MS = 256;
const MOST_BYTES_OF_ERROR = 64 * 1024;
/** Of no bytes. */
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
/** Errors with another status than 5xx that a later attempt may not meet. */
const TRANSIENT_CODES = new Set([
  'RequestTimeout',
  'XAmzContentSHA256Mismatch',
  'ConditionalRequestConflict',
]);

/** Signed requests to an S3-compatible server, repeated when they fail for a cause that can pass. */
export class S3Client implements AsyncDisposable {
  readonly #location: S3Location;
  readonly #retryMs: number;
  readonly #clock: Clock;
  readonly #agent: Agent;

  constructor(location: S3Location, options: S3Options = {}) {
    const { retryMs = 250, clock = systemClock } = options;
    this.#location = location;
    this.#retryMs = retryMs;
    this.#clock = clock;
    this.#agent = new Agent({ connect: { timeout: TIMEOUT_MS }, headersTimeout: 0, bodyTimeout: 0 });
  }

  /**
   * What `read` makes of an answer with one of the statuses; null if there is no such object. It is called again if the body
   * breaks off.
   *
   * @throws FactsLakeError `lake_unreachable`, `lake_forbidden`, `lake_missing`
   */
  async send<T>(
    what: S3Request,
    statuses: readonly number[],
    read: (answer: Dispatcher.ResponseData, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T | null> {
    try {
      return await retry(() => this.#attempt(what, statuses, read, signal), {
        attempts: ATTEMPTS,
        baseMs: this.#retryMs,
        capMs: LONGEST_WAIT_MS,
        signal,
        clock: this.#clock,
        isTransient: (error) => error instanceof TransientError,
      });
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      throw new FactsLakeError('lake_unreachable', {
        found: `${error.message} for ${what.method} ${this.#url(what).pathname}, ${ATTEMPTS} times`,
        expected: `an answer of ${this.#location.endpoint.host}`,
        action: 'check the server of the facts lake and the way to it',
        retryable: true,
        cause: error.cause,
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }

  async #attempt<T>(
    what: S3Request,
    statuses: readonly number[],
    read: (answer: Dispatcher.ResponseData, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T | null> {
    signal.throwIfAborted();
    using scope = new LinkedAbort(signal);
    using deadline = this.#deadline(scope);
    deadline.allow(bodyBytes(what));
    try {
      const answer = await request(this.#url(what), {
        method: what.method,
        headers: await this.#sign(what),
        body: bodyOf(what),
        dispatcher: this.#agent,
        signal: scope.signal,
      });
      if (!statuses.includes(answer.statusCode)) {
        const code = codeOf(await readText(answer.body, MOST_BYTES_OF_ERROR));
        if (answer.statusCode === 404 && code !== 'NoSuchBucket' && what.method !== 'PUT') return null;
        throw this.#refusal(answer.statusCode, code);
      }
      deadline.allow(Number(answer.headers['content-length'] ?? 0));
      return await read(answer, scope.signal);
    } catch (error) {
      scope.signal.throwIfAborted();
      if (error instanceof TransientError || error instanceof FactsLakeError) throw error;
      throw new TransientError(describe(error), { cause: error });
    }
  }

  /** Aborts the scope when an attempt takes longer than the bytes allow that it has to move. */
  #deadline(scope: LinkedAbort): Disposable & { allow(bytes: number): void } {
    let cancel = (): void => undefined;
    return {
      allow: (bytes) => {
        cancel();
        const ms = TIMEOUT_MS + bytes / SLOWEST_BYTES_PER_MS;
        cancel = this.#clock.after(ms, () => {
          scope.abort(new TransientError(`no complete answer within ${Math.round(ms)} ms`));
        });
      },
      [Symbol.dispose]: () => cancel(),
    };
  }

  #url({ path, query = {} }: S3Request): URL {
    const { endpoint, bucket } = this.#location;
    const url = new URL(endpoint);
    url.pathname = [url.pathname.replace(/\/+$/, ''), bucket, ...(path === '' ? [] : [path])].join('/');
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  async #sign(what: S3Request): Promise<Record<string, string>> {
    const { region, credentials } = this.#location;
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const signer = new AwsV4Signer({
      method: what.method,
      url: this.#url(what).href,
      headers: { ...what.headers, 'x-amz-content-sha256': what.body?.sha256 ?? EMPTY_SHA256 },
      service: 's3',
      region,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      datetime: this.#clock
        .date()
        .toISOString()
        .replaceAll(/[:-]|\.\d{3}/g, ''),
    });
    const { headers } = await signer.sign();
    return {
      ...Object.fromEntries(headers.entries()),
      ...(what.body !== undefined && { 'content-length': String(bodyBytes(what)) }),
    };
  }

  #refusal(status: number, code: string): Error {
    const found = `HTTP ${status} ${code}`.trim();
    if (status >= 500 || status === 429 || status === 408 || TRANSIENT_CODES.has(code)) {
      return new TransientError(found);
    }
    const { name, endpoint } = this.#location;
    const place = `bucket ${name} at ${endpoint.host}`;
    if (code === 'NoSuchBucket') {
      return new FactsLakeError('lake_missing', {
        found: `no ${place}`,
        expected: 'the bucket of the facts lake',
        action: 'create it, or name another one in FACTS_LAKE_URL',
      });
    }
    return new FactsLakeError('lake_forbidden', {
      found: `${found} from the ${place}`,
      expected: 'credentials that may list, read, write and delete objects there',
      action: 'check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL_S3 and the clock',
    });
  }
}

/** A failure that can pass. */
class TransientError extends Error {
  override readonly name = 'TransientError';
}

/** @throws TransientError if it is longer */
export async function readText(body: Dispatcher.ResponseData['body'], mostBytes: number): Promise<string> {
  return (await readBytes(body, mostBytes)).toString();
}

export async function readBytes(body: Dispatcher.ResponseData['body'], mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new TransientError(`more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Of an answer that is an error. The rest of its text stays out of messages: it can name the key and what was signed. */
function codeOf(text: string): string {
  return /<Code>([A-Za-z0-9]{1,80})<\/Code>/.exec(text)?.[1] ?? '';
}

function bodyOf({ body }: S3Request): Buffer | ReadStream | null {
  if (body === undefined) return null;
  return 'path' in body ? createReadStream(body.path) : Buffer.from(body.bytes);
}

function bodyBytes({ body }: S3Request): number {
  if (body === undefined) return 0;
  return typeof body.bytes === 'number' ? body.bytes : body.bytes.length;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? `${String(error.code)} ${error.message}`.trim() : error.message;
}
