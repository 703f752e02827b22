import { etag, RETAINED_304_HEADERS } from 'hono/etag';

/** A strong ETag of the body; 304 for a client that already has the body. */
export const contentEtag = etag({
  retainedHeaders: [
    ...RETAINED_304_HEADERS,
    'access-control-allow-origin',
    'access-control-expose-headers',
    'link',
    'x-as-of',
    'x-request-id',
  ],
});
