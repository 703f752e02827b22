import { etag, RETAINED_304_HEADERS } from 'hono/etag';

/** A strong ETag of the body, and 304 for whoever has it already. */
export const revalidation = etag({
  retainedHeaders: [
    ...RETAINED_304_HEADERS,
    'access-control-allow-origin',
    'access-control-expose-headers',
    'link',
    'x-as-of',
    'x-request-id',
  ],
});

/** Changes with every ledger: may be kept, but has to be asked for again. */
export const LIVE = 'public, no-cache';
/** A ledger once stored does not change. */
export const SETTLED = 'public, max-age=60';
export const NEVER_KEPT = 'no-store';
