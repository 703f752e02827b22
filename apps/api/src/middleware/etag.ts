import { etag, RETAINED_304_HEADERS } from 'hono/etag';

/** An ETag of the body, a strong one unless the route has set another; 304 for a client that already has the body. */
export const contentEtag = etag({
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
  ],
});
