import { etag, RETAINED_304_HEADERS } from 'hono/etag';

/**
 * An ETag of the body, unless the route has set one; 304 for a client that already has the body. It is weak, as it stands for
 * the body in every coding.
 */
export const contentEtag = etag({
  weak: true,
  retainedHeaders: [
    ...RETAINED_304_HEADERS,
    'access-control-allow-origin',
    'access-control-expose-headers',
    'link',
    'ratelimit',
    'ratelimit-policy',
    'x-as-of',
    'x-log-cursor',
    'x-request-id',
    'x-state',
  ],
});
