import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '@stellar-insights/runtime/time';
import type { ProblemError } from '../answers/problem.ts';
import { endGently, writeProblem, writeRawProblem } from './problem-writer.ts';

/** How many requests of one connection are served at a time. */
const MOST_SERVED = 16;

/** Lets a route answer, unless the body is known to be broken. */
type Serve = (fault: ProblemError | undefined) => void;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly serve: Serve;
  /** Why its body cannot be read to its end. */
  fault?: ProblemError;
  /** Set if its route may wait for the body. */
  onFault?: (fault: ProblemError) => void;
}

/**
 * One connection of the API's server. Node dispatches every request of a packet at once, and keeps each answer until the one
 * before it has been read. So 16 requests are served at a time; the others wait in order, and the connection is not read.
 *
 * reading ── a request has to wait ──► held ── none waits ──► reading
 * reading, held ── a request, or bytes, that cannot be served ──► ending: what came before is answered, then that, then nothing
 */
export class ApiConnection {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #resume: () => Socket;
  readonly #served = new Map<IncomingMessage, Exchange>();
  readonly #waiting: Exchange[] = [];
  #last: Exchange | undefined;
  #isHeld = false;
  #isNextDue = false;
  #isEnding = false;
  #onAnswered: (() => void) | undefined;

  constructor(socket: Socket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.#resume = socket.resume.bind(socket);
    // Node resumes a socket whenever it discards a body.
    socket.resume = () => (this.#isHeld ? socket : this.#resume());
    // What Node calls after the last answer.
    socket.destroySoon = () => endGently(socket, clock);
    socket.once('close', () => this.#left());
  }

  /** Whether each of its requests has been answered. */
  get isIdle(): boolean {
    return this.#served.size === 0;
  }

  /** Takes a request in. `serve` is called at once or in its turn, and not at all if the client has left. */
  accept(request: IncomingMessage, response: ServerResponse, serve: Serve): void {
    // Its client knows by now, or is being told, that it gets no answer (RFC 9112 §9.6).
    if (this.#isEnding) return;
    const exchange: Exchange = { request, response, serve };
    this.#last = exchange;
    response.once('close', () => this.#answered(request));
    if (this.#served.size < MOST_SERVED && this.#waiting.length === 0) return this.#serve(exchange);
    this.#waiting.push(exchange);
    this.#hold();
  }

  /** Resolves if the body of a request that is being served cannot be read to its end. */
  faultOfBody(request: IncomingMessage): Promise<ProblemError> {
    return new Promise((resolve) => {
      const exchange = this.#served.get(request);
      if (exchange !== undefined) exchange.onFault = resolve;
    });
  }

  /** Answers one of its requests with a problem, as the last one. */
  reject(response: ServerResponse, problem: ProblemError): void {
    this.#isEnding = true;
    this.#waiting.length = 0;
    writeProblem(response, problem);
  }

  /** Bytes have come that are no request, or no body of the last one. */
  refuse(problem: ProblemError): void {
    // The bytes after a fault belong to the same broken request.
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (!this.#socket.writable) {
      this.#socket.destroy();
      return;
    }
    const last = this.#last;
    if (last === undefined || last.request.complete) {
      this.#whenAnswered(() => writeRawProblem(this.#socket, problem, this.#clock));
      return;
    }
    last.fault = problem;
    last.onFault?.(problem);
    this.#whenAnswered(() => endGently(this.#socket, this.#clock));
  }

  #serve(exchange: Exchange): void {
    this.#served.set(exchange.request, exchange);
    exchange.serve(exchange.fault);
  }

  #answered(request: IncomingMessage): void {
    this.#served.delete(request);
    if (this.#isNextDue) return;
    this.#isNextDue = true;
    // After what other connections have sent.
    setImmediate(() => this.#next());
  }

  #next(): void {
    this.#isNextDue = false;
    if (this.#socket.destroyed) return;
    while (this.#served.size < MOST_SERVED) {
      const exchange = this.#waiting.shift();
      if (exchange === undefined) break;
      this.#serve(exchange);
    }
    if (this.#waiting.length === 0) this.#release();
    if (this.isIdle) this.#onAnswered?.();
  }

  #whenAnswered(then: () => void): void {
    if (this.isIdle) then();
    else this.#onAnswered = then;
  }

  /** Of the answers that are being made, Node tells only the first that its client has left. */
  #left(): void {
    for (const { response } of this.#served.values()) if (!response.closed) response.emit('close');
  }

  /** A socket that is paused already may be read all the same: a resume that was due may have come later. */
  #hold(): void {
    this.#isHeld = true;
    if (this.#socket.isPaused()) this.#socket.emit('pause');
    else this.#socket.pause();
  }

  #release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#resume();
  }
}
