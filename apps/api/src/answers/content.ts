import type { Context } from 'hono';
import type { KeptAnswer } from '../cache/kept-answer.ts';
import type { ApiEnv } from './route-context.ts';

/**
 * The body of an answer, as its route gives it to `sendContent`: text is coded for the client, and so is a kept answer, once for
 * each coding; bytes are sent as they are, and a stream is coded and sent as it comes.
 */
export type Content = string | KeptAnswer | Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array>;

/** Answers with 200. The body is not in the response: it would be copied by each middleware that it passes. */
export function answerContent(
  context: Context<ApiEnv>,
  content: Content,
  headers: Readonly<Record<string, string>>,
): Response {
  context.set('content', content);
  return context.body(null, 200, headers);
}
