import { LedgerError } from '../errors.ts';
import { OversizedBodyError, RpcRefusalError, TransientError } from './errors.ts';
import { excerpt, HttpClient, type HttpAnswer, type HttpOptions } from './http-client.ts';
import { isRecord, rpcInvalidResponse } from './rpc-answers.ts';

export interface RpcClientOptions extends HttpOptions {
  /** The largest answer to accept; default: 256 MiB. */
  readonly maxAnswerBytes?: number;
  /** Sent with every call, e.g. a provider's key. They are in no message, and no redirect takes them elsewhere. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Stellar RPC itself gives up a call after 25 s. */
const TIMEOUT_MS = 30_000;

/** JSON-RPC's internal error; Stellar RPC also returns it while it is behind the network. */
export const INTERNAL_ERROR = -32603;

/** JSON-RPC 2.0 over POST. */
export class RpcClient {
  /** Scheme and host, for messages; path and query may hold an access key. */
  readonly origin: string;
  readonly http: HttpClient;
  readonly #url: URL;
  readonly #maxAnswerBytes: number;
  readonly #headers: Readonly<Record<string, string>>;
  #calls = 0;

  constructor(url: URL, options: RpcClientOptions = {}) {
    this.#url = url;
    this.origin = url.origin;
    this.http = new HttpClient({ ...options, timeoutMs: options.timeoutMs ?? TIMEOUT_MS });
    this.#headers = options.headers ?? {};
    this.#maxAnswerBytes = options.maxAnswerBytes ?? 256 * 1024 * 1024;
  }

  /**
   * The `result` of a call; `ledger`, for messages, is the one that the caller wants. A method without parameters needs
   * `undefined`: Stellar RPC refuses even an empty object.
   *
   * @throws RpcRefusalError a JSON-RPC error other than an internal one
   * @throws LedgerError `rpc_unreachable`, `rate_limited`, `rpc_invalid_response`
   */
  async call(
    method: string,
    params: object | undefined,
    signal: AbortSignal,
    ledger?: number,
  ): Promise<unknown> {
    const attempt = async (): Promise<unknown> => {
      try {
        return await this.once(method, params, signal, ledger);
      } catch (error) {
        if (error instanceof RpcRefusalError && error.rpcCode === INTERNAL_ERROR) {
          throw new TransientError(error.message, { cause: error });
        }
        throw error;
      }
    };
    return await this.retrying(method, attempt, signal, { ledger });
  }

  /**
   * Repeats `attempt`, which makes calls of `method` by `once`, within the retry policy, with `attempts` if given.
   * Throws as `call` does.
   */
  async retrying<T>(
    method: string,
    attempt: () => Promise<T>,
    signal: AbortSignal,
    { ledger, attempts = this.http.policy.attempts }: { ledger?: number | undefined; attempts?: number } = {},
  ): Promise<T> {
    try {
      return await this.http.retrying(attempt, signal, attempts);
    } catch (error) {
      throw this.#explain(error, `${method} at ${this.origin}`, ledger, attempts);
    }
  }

  /**
   * One attempt of a call.
   *
   * @throws RpcRefusalError any JSON-RPC error
   * @throws TransientError, OversizedBodyError, LedgerError `rpc_unreachable`, `rpc_invalid_response`
   */
  async once(
    method: string,
    params: object | undefined,
    signal: AbortSignal,
    ledger?: number,
  ): Promise<unknown> {
    const id = ++this.#calls;
    const init: RequestInit = {
      method: 'POST',
      headers: { ...this.#headers, 'content-type': 'application/json' },
      redirect: 'manual',
      body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
    };
    const answer = await this.http.once(this.#url, init, this.#maxAnswerBytes, signal);
    return resultOf(answer, id, `${method} at ${this.origin}`, ledger);
  }

  #explain(error: unknown, subject: string, ledger: number | undefined, attempts: number): unknown {
    if (error instanceof OversizedBodyError) {
      const action = 'use another RPC or a data lake';
      return rpcInvalidResponse(`${error.message} from ${subject}`, 'a smaller answer', ledger, action);
    }
    if (!(error instanceof TransientError)) return error;
    return new LedgerError(error.rateLimited ? 'rate_limited' : 'rpc_unreachable', {
      ...(ledger !== undefined && { ledger }),
      found: `${error.message} from ${subject}, the last of ${attempts} attempts`,
      expected: 'an answer',
      action: error.rateLimited
        ? 'wait, or use an RPC with a higher rate limit'
        : 'check the network and the state of the RPC, or use another one',
      retryable: true,
      cause: error,
    });
  }
}

function resultOf(answer: HttpAnswer, id: number, subject: string, ledger: number | undefined): unknown {
  const message = parseJson(answer.body);
  // Some providers return a JSON-RPC error with this status.
  const refused = answer.status === 400 && isRecord(message) && isRecord(message['error']);
  if (answer.status === 413) throw new OversizedBodyError(`HTTP 413${excerpt(answer.body)}`);
  if (answer.status !== 200 && !refused) {
    throw new LedgerError('rpc_unreachable', {
      ...(ledger !== undefined && { ledger }),
      found: `HTTP ${answer.status}${excerpt(answer.body)} from ${subject}`,
      expected: 'HTTP 200',
      action: "check the RPC's URL and access key",
    });
  }
  if (!isRecord(message) || message['jsonrpc'] !== '2.0') {
    const found = `${excerpt(answer.body).trim() || 'nothing'} from ${subject}`;
    throw rpcInvalidResponse(found, 'a JSON-RPC 2.0 answer', ledger);
  }
  const { error = null, result } = message;
  // A server that could not read the request returns an error without its id.
  if (message['id'] !== id && !(message['id'] === null && error !== null)) {
    const found = `an answer to call ${JSON.stringify(message['id'])} from ${subject}`;
    throw rpcInvalidResponse(found, `the answer to call ${id}`, ledger);
  }
  if (error !== null) throw refusalOf(error, subject, ledger);
  if (result === undefined)
    throw rpcInvalidResponse(`neither result nor error from ${subject}`, 'one', ledger);
  return result;
}

function refusalOf(error: unknown, subject: string, ledger: number | undefined): Error {
  const { code, message } = isRecord(error) ? error : {};
  if (typeof code !== 'number') {
    const found = `error ${JSON.stringify(error).slice(0, 200)} from ${subject}`;
    return rpcInvalidResponse(found, 'a JSON-RPC error with a code', ledger);
  }
  return new RpcRefusalError(`error ${code} (${String(message).slice(0, 200)})`, code);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
