import { constants } from 'node:http2';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Work } from '../host/work.ts';
import { RequestEndedError } from './errors.ts';
import { type HttpRequest, type HttpResponse, isHttp2 } from './http-server.ts';

/** How a request ended: answered whole, cut by us, or left by its client before the answer was whole. */
export type Ending = 'finished' | 'cut' | 'abandoned';

/** What an exchange knows of the connection that carries it. */
export interface Carrier {
  /** Whether it was destroyed rather than closed. */
  readonly isCut: boolean;
  settle(exchange: Exchange): void;
  end(): void;
  destroy(): void;
}

/** One request and its response, from the request's headers to the last byte of the answer. */
export class Exchange {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly connection: Carrier;
  /** Method and path, without the query: it may hold secrets. */
  readonly name: string;
  /** By the clock. */
  readonly startedAt: number;
  readonly work: Work;
  /** Of the response, once its head is sent. */
  contentType = '';
  readonly #onStream: (exchange: Exchange) => void;
  #isStream = false;
  #isCut = false;
  #abort: AbortController | undefined;

  constructor(
    parts: { request: HttpRequest; response: HttpResponse; connection: Carrier },
    startedAt: number,
    onStream: (exchange: Exchange) => void,
  ) {
    this.request = parts.request;
    this.response = parts.response;
    this.connection = parts.connection;
    this.startedAt = startedAt;
    this.#onStream = onStream;
    const { method = '?', url = '' } = parts.request;
    this.name = `${method} ${url.split('?', 1)[0] ?? ''}`;
    this.work = { name: this.name, isOver: false };
  }

  /** Long-lived by nature, like server-sent events: a drain does not wait for it. */
  get isStream(): boolean {
    return this.#isStream;
  }

  becomeStream(): void {
    if (this.#isStream) return;
    this.#isStream = true;
    this.#onStream(this);
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  /** Ends a stream whole, while its handler is still at work, with a final chunk if there is one; its connection follows. */
  endStream(finalChunk = ''): void {
    const { response, connection } = this;
    // The handler may write once more before it hears of the end: that is no fault of the process.
    response.on('error', () => response.destroy());
    response.once('close', () => connection.end());
    response.end(finalChunk);
    this.#abort?.abort(new RequestEndedError('stream_closed', this.name));
  }

  /** Aborts the signal. Whatever its handler says from now on, the exchange has been cut. */
  beginCut(): void {
    this.#isCut = true;
    this.#abort?.abort(new RequestEndedError('request_cut', this.name));
  }

  /** Ends the exchange without the rest of its answer. Over HTTP/1 the connection is destroyed with it. */
  cut(): void {
    if (isHttp2(this.request)) this.request.stream.close(constants.NGHTTP2_CANCEL);
    else this.connection.destroy();
  }

  ending(): Ending {
    if (this.#isCut || this.connection.isCut) return 'cut';
    return this.#isAnswered() ? 'finished' : 'abandoned';
  }

  #isAnswered(): boolean {
    if (!isHttp2(this.request)) return this.response.writableFinished;
    const { stream } = this.request;
    return this.response.writableEnded && !stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR;
  }
}

/**
 * Cuts exchanges. All signals abort first, and handlers get a turn to hear them: a handler that ran on would meet a
 * database that is closed next.
 */
export async function cutAll(exchanges: readonly Exchange[]): Promise<void> {
  for (const exchange of exchanges) exchange.beginCut();
  await nextTurn();
  for (const exchange of exchanges) exchange.cut();
}
