import { constants } from 'node:http2';
import type { Connection } from './connection.ts';
import { type HttpRequest, type HttpResponse, isHttp2 } from './http-server.ts';

/** How a request ended: answered whole, cut by us, or left by its client before the answer was whole. */
export type Outcome = 'finished' | 'cut' | 'abandoned';

/** One request and its response, from the request's headers to the last byte of the answer. */
export class Exchange {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly connection: Connection;
  /** Method and path, without the query: it may hold secrets. */
  readonly name: string;
  readonly startedAt = performance.now();
  /** Of the response, once its head is sent. */
  contentType = '';
  /** Under which count a stop expects its outcome. */
  expectedAs: 'inFlight' | 'accepted' | undefined;
  readonly #onStream: (exchange: Exchange) => void;
  #isStream = false;
  #isCut = false;
  #abort: AbortController | undefined;

  constructor(
    request: HttpRequest,
    response: HttpResponse,
    connection: Connection,
    onStream: (exchange: Exchange) => void,
  ) {
    this.request = request;
    this.response = response;
    this.connection = connection;
    this.#onStream = onStream;
    this.name = `${request.method ?? '?'} ${(request.url ?? '').split('?', 1)[0] ?? ''}`;
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

  abort(reason: Error): void {
    this.#abort?.abort(reason);
  }

  /** Whatever its handler says from now on, it has been cut. */
  beginCut(reason: Error): void {
    this.#isCut = true;
    this.abort(reason);
  }

  /** Ends the exchange without the rest of its answer. Over HTTP/1 that takes the connection along. */
  cut(): void {
    if (isHttp2(this.request)) this.request.stream.close(constants.NGHTTP2_CANCEL);
    else this.connection.destroy();
  }

  outcome(): Outcome {
    if (this.#isCut || this.connection.isCut) return 'cut';
    return this.#isAnswered() ? 'finished' : 'abandoned';
  }

  #isAnswered(): boolean {
    if (!isHttp2(this.request)) return this.response.writableFinished;
    const { stream } = this.request;
    return this.response.writableEnded && !stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR;
  }
}
