import { createHash } from 'node:crypto';
import type { Handler } from 'hono';
import { REVALIDATED } from '../middleware/cache-control.ts';
import { codingFor, encode, type Coding } from './content-coding.ts';
import { answerContent } from './content.ts';
import type { ApiEnv } from './route-context.ts';

export interface StaticContent {
  readonly type: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Default: to be revalidated, as another release may have other content. */
  readonly cacheControl?: string;
}

/** An answer that never changes. It is coded when it is first asked for, and kept with an ETag for each coding. */
export function staticAnswer({ type, body, cacheControl = REVALIDATED }: StaticContent): Handler<ApiEnv> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const tag = createHash('sha1').update(bytes).digest('hex');
  const coded = new Map<Coding, Promise<Uint8Array<ArrayBuffer>>>([['identity', Promise.resolve(bytes)]]);
  return async (context) => {
    const coding = codingFor(context.get('codings'), bytes.byteLength);
    const made = coded.get(coding) ?? encode(bytes, coding, { best: true });
    coded.set(coding, made);
    const content = await made;
    return answerContent(context, content, {
      'Content-Type': type,
      'Content-Length': `${content.byteLength}`,
      'Cache-Control': cacheControl,
      ETag: coding === 'identity' ? `"${tag}"` : `"${tag}-${coding}"`,
      ...(coding !== 'identity' && { 'Content-Encoding': coding }),
    });
  };
}
