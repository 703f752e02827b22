import type { Dispatcher } from 'undici';
import { errorCode } from '@stellar-insights/runtime/errors';
import { OutboundError } from './errors.ts';

export interface ResponseLimit {
  readonly maxResponseBytes: number;
  /** Of a longer body: fail, or return what fits and close the connection. */
  readonly oversized: 'fail' | 'truncate';
}

export interface ExchangedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly truncated: boolean;
}

/** Responses of 1xx before the real one. */
const MOST_ANNOUNCEMENTS = 10;

/** How far a request came; what a timeout reports. */
export type Stage = 'connection' | 'response' | 'end of the body';

/**
 * One request and its response on a pool. It settles once: with the response, with the first failure, or with the
 * signal's reason. After that the connection is closed unless the response was read to its end.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #address: string;
  readonly #limit: ResponseLimit;
  readonly #signal: AbortSignal;
  readonly #result = Promise.withResolvers<ExchangedResponse>();
  readonly #onAbort = (): void => this.#fail(this.#signal.reason as Error);
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #bytes = 0;
  #announcements = 0;
  #headers: ExchangedResponse['headers'] = {};
  stage: Stage = 'connection';
  /** Of the response; undefined before its head arrived. */
  status: number | undefined;

  constructor(address: string, limit: ResponseLimit, signal: AbortSignal) {
    this.#address = address;
    this.#limit = limit;
    this.#signal = signal;
  }

  run(dispatcher: Dispatcher, request: Dispatcher.DispatchOptions): Promise<ExchangedResponse> {
    if (this.#signal.aborted) this.#onAbort();
    else {
      this.#signal.addEventListener('abort', this.#onAbort, { once: true });
      dispatcher.dispatch(request, this);
    }
    return this.#result.promise;
  }

  /** Whether anything of the request may have been sent. */
  get sent(): boolean {
    return this.stage !== 'connection';
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It waited for a connection until after its deadline.
    if (this.#settled) return controller.abort(this.#signal.reason as Error);
    this.#controller = controller;
    this.stage = 'response';
  }

  onResponseStart(_: unknown, status: number, headers: ExchangedResponse['headers']): void {
    if (status < 200) {
      this.#announcements += 1;
      if (this.#announcements > MOST_ANNOUNCEMENTS)
        this.#fail(this.#invalid(`${MOST_ANNOUNCEMENTS} times 1xx`));
      return;
    }
    this.stage = 'end of the body';
    this.status = status;
    this.#headers = headers;
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    if (this.#settled) return;
    const room = this.#limit.maxResponseBytes - this.#bytes;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#bytes += chunk.length;
    if (chunk.length <= room) return;
    if (this.#limit.oversized === 'truncate') this.#succeed(true);
    else
      this.#fail(
        this.#tooLarge(`a body of more than ${this.#limit.maxResponseBytes} bytes`, 'at most as many'),
      );
    this.#controller?.abort(new Error('the rest of the body is not read'));
  }

  onResponseEnd(): void {
    this.#succeed(false);
  }

  onResponseError(_: unknown, error: Error): void {
    this.#fail(this.#explain(error));
  }

  #succeed(truncated: boolean): void {
    if (this.#settled || this.status === undefined) return;
    this.#settle();
    const body = Buffer.concat(this.#chunks);
    this.#result.resolve({ status: this.status, headers: this.#headers, body, truncated });
  }

  #fail(error: Error): void {
    if (this.#settled) return;
    this.#settle();
    this.#result.reject(error);
    this.#controller?.abort(error);
  }

  #settle(): void {
    this.#settled = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
  }

  #explain(error: Error): Error {
    const code = errorCode(error);
    // The caller passed a header or a method that HTTP does not have.
    if (error instanceof OutboundError || code === 'UND_ERR_INVALID_ARG') return error;
    if (code === 'UND_ERR_HEADERS_OVERFLOW')
      return this.#tooLarge('a response head of more than 16 KiB', 'less');
    const isConnection = 'syscall' in error || code.startsWith('UND_ERR_');
    if (!isConnection || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return this.#invalid(code, error);
    return new OutboundError(
      'connection_failed',
      `found ${code} at ${this.#address} while waiting for the ${this.stage}, expected a whole response`,
      { retryable: true, address: this.#address, status: this.status, cause: error },
    );
  }

  #invalid(found: string, cause?: Error): OutboundError {
    return new OutboundError('invalid_response', `found ${found} from ${this.#address}, expected HTTP/1.1`, {
      retryable: true,
      address: this.#address,
      status: this.status,
      cause,
    });
  }

  #tooLarge(found: string, expected: string): OutboundError {
    return new OutboundError(
      'response_too_large',
      `found ${found} from ${this.#address}, expected ${expected}: let the host answer with less`,
      { retryable: true, address: this.#address, status: this.status },
    );
  }
}
