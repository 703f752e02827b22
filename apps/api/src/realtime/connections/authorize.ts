import type { IncomingMessage } from 'node:http';

/** That a stream may be open. */
export interface Grant {
  /** `end` is called once, if the right ends before the stream. Returns what is called when the stream has ended. */
  hold(end: () => void): () => void;
}

/**
 * Decides whether this request may open a stream, before anything is sent on it. Called once per WebSocket and per SSE
 * stream; this is where keys and tokens are checked. Undefined: the right never ends.
 *
 * @throws ProblemError to refuse
 */
export type Authorize = (request: IncomingMessage) => Grant | undefined | Promise<Grant | undefined>;
