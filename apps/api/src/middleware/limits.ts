import type { HttpBindings } from '@hono/node-server';
import { requestSignal } from '@stellar-insights/lifecycle/http';
import { within, type Clock } from '@stellar-insights/runtime/time';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { clientLeft, ProblemError, requestEnded, timedOut } from '../answers/problem.ts';
import type { ApiEnv } from '../answers/route-context.ts';

const MAX_URL_BYTES = 8192;
const MAX_BODY_BYTES = 65_536;
/** Of a request. */
const TIMEOUT_MS = 10_000;
/** Of a database statement: shorter, so that the client learns that it was the query that took too long. */
export const STATEMENT_TIMEOUT_MS = 8000;

/** Refuses a URL that is too long, is not percent-encoded UTF-8 or contains NUL. */
export const urlLimit: MiddlewareHandler = async ({ req }, next) => {
  const { pathname, search } = new URL(req.url);
  if (pathname.length + search.length > MAX_URL_BYTES) {
    throw new ProblemError(414, 'uri_too_long', `the path and query are longer than ${MAX_URL_BYTES} bytes`);
  }
  if (!isWellEncoded(pathname + search)) {
    throw new ProblemError(400, 'malformed_url', 'the URL is not percent-encoded UTF-8 without NUL');
  }
  await next();
};

/** No more than this is read of a body. */
export const requestBodyLimit: MiddlewareHandler = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    const detail = `the request's body is larger than ${MAX_BODY_BYTES} bytes`;
    throw new ProblemError(413, 'body_too_large', detail);
  },
});

/** Gives a request its signal, and answers 504 if the answer takes too long. */
export function timeLimit(clock: Clock) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const end = new AbortController();
    abortWithConnection(end, context.env);
    context.set('signal', end.signal);
    if (await within(TIMEOUT_MS, next(), clock)) return;
    end.abort(timedOut());
    throw timedOut();
  });
}

/**
 * A stop that cuts the request off, and a client that leaves, end the request. An upgrade has no response object, and tests
 * send requests without a socket.
 */
function abortWithConnection(end: AbortController, bindings: Partial<HttpBindings> | undefined): void {
  const { incoming, outgoing } = bindings ?? {};
  if (incoming === undefined || outgoing === undefined) return;
  requestSignal(incoming).addEventListener('abort', () => end.abort(requestEnded()), { once: true });
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) end.abort(clientLeft());
  });
}

function isWellEncoded(url: string): boolean {
  try {
    return !decodeURIComponent(url).includes('\0');
  } catch {
    return false;
  }
}
