import { createHash } from 'node:crypto';
import type { Handler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { REVALIDATED } from '../middleware/cache-control.ts';
import type { ApiEnv } from './route-context.ts';

export interface StaticContent {
  readonly type: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Default: to be revalidated, as another release may have other content. */
  readonly cacheControl?: string;
}

/** An answer that never changes, with an ETag that is made once. `sendStaticBody` puts the body in. */
export function staticAnswer({ type, body, cacheControl = REVALIDATED }: StaticContent): Handler<ApiEnv> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const headers = {
    'Content-Type': type,
    'Content-Length': `${bytes.byteLength}`,
    'Cache-Control': cacheControl,
    ETag: `"${createHash('sha1').update(bytes).digest('hex')}"`,
  };
  return (context) => {
    context.set('staticBody', bytes);
    return context.body(null, 200, headers);
  };
}

/** The outermost middleware: a body that went through another would be copied for each answer. */
export const sendStaticBody = createMiddleware<ApiEnv>(async (context, next) => {
  await next();
  const body = context.get('staticBody');
  if (body === undefined || context.res.status !== 200) return;
  const { headers } = context.res;
  context.res = undefined;
  context.res = new Response(body, { headers });
});
