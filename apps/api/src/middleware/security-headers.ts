import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** TLS ends in front of this process; the proxy there decides which hosts require it. */
const common = {
  strictTransportSecurity: false,
  crossOriginResourcePolicy: 'cross-origin',
  referrerPolicy: 'no-referrer',
} as const;

/** For data: nothing in it may be run or framed as a page. */
export const dataHeaders: MiddlewareHandler = secureHeaders({
  ...common,
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  overwrite: false,
});

/** For the documentation: all resources from this origin, no inline script; Swagger UI sets inline styles. */
export const pageHeaders: MiddlewareHandler = secureHeaders({
  ...common,
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});
