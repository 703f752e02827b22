import type { OutgoingHttpHeaders } from 'node:http';
import type { HttpResponse } from './http-server.ts';

type HeadersArgument = OutgoingHttpHeaders | readonly unknown[] | undefined;

/** The part of both kinds of response through which every head passes, `flushHeaders()` and implicit heads included. */
interface HeadWriter {
  readonly headersSent: boolean;
  writeHead(status: number, ...rest: unknown[]): unknown;
  getHeader(name: string): unknown;
  removeHeader(name: string): void;
}

/** What an observer of a head sees of it, and may do to it. */
export interface ResponseHead {
  contentType(): string;
  /** Overrules whatever the handler said about the connection; HTTP/1 only. */
  sayConnectionClose(): void;
}

/** Calls `observe` in the moment the response's head is about to be written. */
export function beforeHead(response: HttpResponse, observe: (head: ResponseHead) => void): void {
  const writer = response as HeadWriter;
  const writeHead = writer.writeHead.bind(writer);
  writer.writeHead = (status, ...rest) => {
    if (writer.headersSent) return writeHead(status, ...rest);
    const message = typeof rest[0] === 'string' ? rest[0] : undefined;
    let headers = (rest[1] ?? (message === undefined ? rest[0] : undefined)) as HeadersArgument;
    observe({
      contentType: () => {
        const type = find(headers, 'content-type') ?? writer.getHeader('content-type');
        return typeof type === 'string' ? type : '';
      },
      sayConnectionClose: () => {
        writer.removeHeader('keep-alive');
        headers = withConnectionClose(headers);
      },
    });
    const args = message === undefined ? [headers] : [message, headers];
    return writeHead(status, ...args);
  };
}

function find(headers: HeadersArgument, name: string): unknown {
  return entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

function withConnectionClose(headers: HeadersArgument): HeadersArgument {
  const kept = entries(headers).filter(([name]) => !/^(connection|keep-alive)$/i.test(name));
  kept.push(['Connection', 'close']);
  return Array.isArray(headers) ? kept.flat() : (Object.fromEntries(kept) as OutgoingHttpHeaders);
}

/** Node takes headers as an object, a flat list of names and values, or a list of pairs. */
function entries(headers: HeadersArgument): [string, unknown][] {
  if (headers === undefined) return [];
  if (!Array.isArray(headers)) return Object.entries(headers);
  if (Array.isArray(headers[0])) return headers as [string, unknown][];
  const list: readonly unknown[] = headers;
  return list.flatMap((name, at) =>
    at % 2 === 0 ? [[String(name), list[at + 1]] as [string, unknown]] : [],
  );
}
