import type { IncomingMessage } from 'node:http';

/**
 * Decides whether this request may open a stream, before anything is sent on it. Called once per WebSocket and per SSE
 * stream; this is where keys and tokens are checked.
 *
 * @throws ProblemError to refuse
 */
export type Authorize = (request: IncomingMessage) => void | Promise<void>;

/** The data is public. */
export const authorizeEveryone: Authorize = () => undefined;
