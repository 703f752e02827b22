import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Ending } from './exchange.ts';

/**
 * A socket that a client asked to hand over to another protocol. An upgrade is in flight until its handler has written the
 * first of its answer: then the protocol's own adapter closes the socket. A CONNECT is in flight until its tunnel ends.
 */
export class Upgrade {
  /** Method and target, without the query: it may hold secrets. */
  readonly name: string;
  /** By the clock. */
  readonly startedAt: number;
  readonly #socket: Duplex;
  #isCut = false;
  #isAnswered = false;

  /** `onSettled` is called once, when it is in flight no longer. */
  constructor(
    request: Pick<IncomingMessage, 'method' | 'url'>,
    socket: Duplex,
    startedAt: number,
    onSettled: (upgrade: Upgrade) => void,
  ) {
    const { method = '?', url = '' } = request;
    const isTunnel = method === 'CONNECT';
    this.name = `${method} ${url.split('?', 1)[0] ?? ''}${isTunnel ? '' : ' (upgrade)'}`;
    this.startedAt = startedAt;
    this.#socket = socket;
    // There is no response object, and no event, that would say that the handler has answered.
    const original = { write: socket.write.bind(socket), end: socket.end.bind(socket) };
    const answered = (): void => {
      this.#isAnswered = true;
      Object.assign(socket, original);
      if (!isTunnel) onSettled(this);
    };
    const watched =
      <Arguments extends unknown[], Result>(call: (...args: Arguments) => Result) =>
      (...args: Arguments): Result => {
        answered();
        return call(...args);
      };
    Object.assign(socket, { write: watched(original.write), end: watched(original.end) });
    socket.once('close', () => onSettled(this));
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  ending(): Ending {
    if (this.#isCut) return 'cut';
    return this.#isAnswered ? 'finished' : 'abandoned';
  }

  cut(): void {
    this.#isCut = true;
    this.#socket.destroy();
  }
}
