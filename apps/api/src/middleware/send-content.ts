import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Log } from '@stellar-insights/runtime/log';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Compressor } from '../answers/compressor.ts';
import { acceptedCodings, codingFor, encoder, SMALLEST_BYTES } from '../answers/content-coding.ts';
import { problemOf } from '../answers/problem.ts';
import type { ApiEnv } from '../answers/route-context.ts';
import { KeptAnswer } from '../cache/kept-answer.ts';
import { StreamPlaces } from '../answers/stream-places.ts';

/** Finds out which codings the client takes. */
export const negotiateCoding = createMiddleware<ApiEnv>(async (context, next) => {
  context.set('codings', acceptedCodings(context.req.header('Accept-Encoding')));
  await next();
});

/** The outermost middleware: codes the body of an answer for its client, and says how long it is, to HEAD as well. */
export function sendContent(compressor: Compressor, log: Log) {
  const places = new StreamPlaces();
  return createMiddleware<ApiEnv>(async (context, next) => {
    await next();
    const { status } = context.res;
    if (status === 304) context.res.headers.append('Vary', 'Accept-Encoding');
    const content = status === 200 ? (context.get('content') ?? (await jsonOf(context.res))) : undefined;
    if (content === undefined) return;
    const { headers } = context.res;
    headers.append('Vary', 'Accept-Encoding');
    const respond = (body: Uint8Array<ArrayBuffer> | string): void => {
      // Hono copies the headers of a response that is replaced.
      context.res = undefined;
      context.res = new Response(body, { headers });
    };
    if (content instanceof Uint8Array) return respond(content);
    const codings = context.get('codings');
    if (typeof content === 'string' || content instanceof KeptAnswer) {
      const { body, coding, bytes } = await (typeof content === 'string'
        ? compressor.code(content, codings)
        : compressor.codeKept(content, codings));
      if (coding !== 'identity') headers.set('Content-Encoding', coding);
      headers.set('Content-Length', `${bytes}`);
      return respond(body);
    }
    const release = context.req.method === 'HEAD' ? undefined : places.take(context);
    const coding = codingFor(codings, SMALLEST_BYTES);
    if (coding !== 'identity') headers.set('Content-Encoding', coding);
    if (release !== undefined) stream(context, { parts: content, through: encoder(coding), release, log });
  });
}

/** Of an answer whose route has written JSON. */
async function jsonOf(response: Response): Promise<string | undefined> {
  const isJson = response.headers.get('Content-Type')?.startsWith('application/json') === true;
  return isJson ? await response.text() : undefined;
}

interface Streaming {
  readonly parts: AsyncIterable<Uint8Array>;
  readonly through: Transform | undefined;
  /** Called once it has ended, however that was. */
  readonly release: () => void;
  readonly log: Log;
}

/**
 * Writes parts as they come, and no faster than the client takes them. A fault cuts the connection: the client sees that the
 * answer is not whole.
 */
function stream(context: Context<ApiEnv>, { parts, through, release, log }: Streaming): void {
  const source = Readable.from(parts, { highWaterMark: 1 });
  const { headers } = context.res;
  const { outgoing } = (context.env as Partial<HttpBindings> | undefined) ?? {};
  context.res = undefined;
  if (outgoing === undefined) {
    // Tests send requests without a socket.
    source.once('close', release);
    const body = through === undefined ? source : source.pipe(through);
    context.res = new Response(Readable.toWeb(body) as ReadableStream, { headers });
    return;
  }
  outgoing.writeHead(200, Object.fromEntries(headers));
  const steps = through === undefined ? [source, outgoing] : [source, through, outgoing];
  const requestId = context.get('requestId');
  pipeline(steps as [Readable, typeof outgoing])
    .catch((error: unknown) => {
      if (!isGone(error)) log.warn({ err: error, requestId }, `answer cut: ${problemOf(error).code}`);
    })
    .finally(release);
  context.res = RESPONSE_ALREADY_SENT;
}

/** Whether the reader has left, or a stop has cut the connection: either ends the signal with which the parts are made. */
function isGone(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return ['ERR_STREAM_PREMATURE_CLOSE', 'client_left', 'request_ended'].includes(String(code));
}
