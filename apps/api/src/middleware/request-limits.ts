import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { ProblemError } from '../problems/problem-error.ts';

const MOST_URL_BYTES = 8192;
const MOST_BODY_BYTES = 65_536;

/** Refuses URLs that are too long or not percent-encoded UTF-8; nothing that is asked for has a NUL in it. */
export const urlLimit: MiddlewareHandler = async ({ req }, next) => {
  const { pathname, search } = new URL(req.url);
  if (pathname.length + search.length > MOST_URL_BYTES) {
    throw new ProblemError(414, 'uri_too_long', `the path and query are longer than ${MOST_URL_BYTES} bytes`);
  }
  if (!isWellEncoded(pathname + search)) {
    throw new ProblemError(400, 'malformed_url', 'the URL is not percent-encoded UTF-8 without NUL');
  }
  await next();
};

/** No route takes a body; one is read no further than this. */
export const requestBodyLimit: MiddlewareHandler = bodyLimit({
  maxSize: MOST_BODY_BYTES,
  onError: () => {
    throw new ProblemError(
      413,
      'body_too_large',
      `the request's body is larger than ${MOST_BODY_BYTES} bytes`,
    );
  },
});

function isWellEncoded(url: string): boolean {
  try {
    return !decodeURIComponent(url).includes('\0');
  } catch {
    return false;
  }
}
