import { createHash } from 'node:crypto';
import type { Context, TypedResponse } from 'hono';
import { answerContent } from './content.ts';
import type { ApiEnv } from './route-context.ts';

/** Carries `as_of.cursor`, also where the body has no room for it and where a 304 has no body. */
export const CURSOR_HEADER = 'X-Log-Cursor';

/** What the answers have that are made from a snapshot. `as_of` is undefined in an answer that needs none. */
export interface SnapshotAnswer {
  readonly as_of?: { readonly cursor: string } | null;
  readonly page?: { readonly next_cursor: string | null };
}

/** Answers with JSON. The log's cursor moves without the answer's data, so the ETag does not cover it. */
export function answerJson<Answer extends SnapshotAnswer>(
  context: Context<ApiEnv>,
  answer: Answer,
  cacheControl: string,
): TypedResponse<Answer, 200, 'json'> {
  const body = JSON.stringify(answer);
  nameCursor(context, answer);
  const headers = {
    'Cache-Control': cacheControl,
    ETag: etagOf(body, answer),
    'Content-Type': 'application/json',
  };
  return answerContent(context, body, headers) as never;
}

export function nameCursor(context: Context, { as_of: asOf }: SnapshotAnswer): void {
  if (asOf) context.header(CURSOR_HEADER, asOf.cursor);
}

/** Equal answers may differ in the cursor, and in the page cursor that it is in. */
export function etagOf(body: string, { as_of: asOf, page }: SnapshotAnswer): string {
  const moving = [`"cursor":"${asOf?.cursor}"`, `"next_cursor":"${page?.next_cursor}"`];
  const covered = moving.reduce((text, part) => text.replace(part, ''), body);
  return weakTag(covered);
}

/** Weak, as it stands for a body in every coding. */
export function weakTag(body: string): string {
  return `W/"${createHash('sha1').update(body).digest('base64url')}"`;
}
