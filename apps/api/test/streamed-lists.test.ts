import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { OpenAPIHono } from '@hono/zod-openapi';
import { StatementTimeoutError } from '@stellar-insights/db';
import { eventually } from '@stellar-insights/devstack/testing';
import { createLog } from '@stellar-insights/runtime/log';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { Compressor } from '../src/answers/compressor.ts';
import { answerContent } from '../src/answers/content.ts';
import { problemOf, problemResponse } from '../src/answers/problem.ts';
import type { ApiEnv } from '../src/answers/route-context.ts';
import { boundStreams, streamList, type StreamedPage } from '../src/answers/stream-list.ts';
import { timeLimit } from '../src/middleware/limits.ts';
import { negotiateCoding, sendContent } from '../src/middleware/send-content.ts';
import { serveRoutes, type ServerSettings } from './support/small-server.ts';

const DECODERS = { br: createBrotliDecompress, gzip: createGunzip };

interface Stage {
  /** How many pages the list has. */
  readonly pages: number;
  /** How long a row is, about. */
  readonly rowBytes?: number;
  /** Called before a page is read. */
  readonly beforePage?: (page: number) => unknown;
  /** Whether the list goes on after so many pages. */
  readonly goesOn?: (read: number) => boolean;
  readonly settings?: ServerSettings;
}

/** A server with a list that is streamed at `/list`. `served` says how many of its pages were read, and how many streams ended. */
async function stage({ pages, rowBytes = 100, beforePage, goesOn = () => true, settings = {} }: Stage) {
  const lines: string[] = [];
  const log = createLog({
    name: 'test',
    level: 'info',
    destination: { write: (line) => void lines.push(line) },
  });
  const served = { read: 0, ended: 0, lines };
  const readPage = async (page: number): Promise<StreamedPage> => {
    await beforePage?.(page);
    served.read = page;
    return {
      data: Array.from({ length: 100 }, () => ({ text: randomBytes(rowBytes).toString('base64') })),
      page: { next_cursor: page === pages ? null : `${page + 1}` },
      as_of: {
        from_ledger: page,
        to_ledger: page + 1,
        gaps: [{ from: page, to: page + 1 }],
        cursor: `c${page}`,
      },
    };
  };
  const compressor = new Compressor(new Registry());
  const port = await serveRoutes((api) => {
    api.onError((error) => problemResponse(problemOf(error), 'test'));
    api.use(sendContent(compressor, log), negotiateCoding, timeLimit(clock));
    api.get('/list', async (context) => {
      const next = (cursor: string) => readPage(Number(cursor));
      const list = streamList(await readPage(1), { next, takesAnother: () => goesOn(served.read) });
      const counted = async function* () {
        try {
          yield* list;
        } finally {
          served.ended += 1;
        }
      };
      return answerContent(context, counted(), { 'Content-Type': 'application/x-ndjson' });
    });
  }, settings);
  return { port, served };
}

async function ask(port: number, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const [response] = (await once(get({ port, path: '/list', headers, agent: false }), 'response')) as [
    IncomingMessage,
  ];
  return response;
}

describe('a list that is streamed', () => {
  test('has all rows and then where it ended, in every coding', async () => {
    const { port } = await stage({ pages: 50 });
    for (const coding of [undefined, 'gzip', 'br'] as const) {
      const response = await ask(port, coding && { 'accept-encoding': coding });
      expect(response.headers['content-encoding']).toBe(coding);
      expect(response.headers['transfer-encoding']).toBe('chunked');
      const body = coding === undefined ? response : response.pipe(DECODERS[coding]());
      const rows = (await text(body))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
      expect(rows).toHaveLength(5001);
      expect(rows.at(-1)).toStrictEqual({
        page: { next_cursor: null },
        as_of: { from_ledger: 1, to_ledger: 51, gaps: [{ from: 1, to: 51 }], cursor: 'c50' },
        rows: 5000,
      });
    }
  });

  test('ends at the end of a page if it may not go on, and says where to go on', async () => {
    const { port } = await stage({ pages: 50, goesOn: (read) => read < 3 });
    const lines = (await text(await ask(port))).trimEnd().split('\n');
    expect(lines).toHaveLength(301);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ page: { next_cursor: '4' }, rows: 300 });
  });

  test('reaches its reader page by page, also in a coding', async () => {
    for (const coding of ['br', 'gzip'] as const) {
      const held = Promise.withResolvers<void>();
      const { port, served } = await stage({ pages: 2, beforePage: (page) => page === 2 && held.promise });
      const decoder = (await ask(port, { 'accept-encoding': coding })).pipe(DECODERS[coding]());
      let rows = '';
      decoder.on('data', (chunk: Buffer) => (rows += chunk.toString()));
      await eventually(() => expect(rows.split('\n')).toHaveLength(101));
      expect(served.read).toBe(1);
      held.resolve();
      await once(decoder, 'end');
      expect(rows.trimEnd().split('\n')).toHaveLength(201);
    }
  });

  test('is refused to a client that is reading five others, until it has read or left one', async () => {
    const { port, served } = await stage({ pages: 1000, rowBytes: 3000 });
    const reading = await Promise.all(Array.from({ length: 5 }, () => ask(port)));
    const refused = await ask(port);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '5']);
    expect(JSON.parse(await text(refused))).toMatchObject({ code: 'too_many_streams' });
    const head = await fetch(`http://127.0.0.1:${port}/list`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    reading[0]?.destroy();
    await eventually(() => expect(served.ended).toBe(1));
    await eventually(async () => {
      const response = await ask(port);
      reading.push(response);
      expect(response.statusCode).toBe(200);
    });
    for (const response of reading) response.destroy();
    await eventually(() => expect(served.ended).toBe(6));
  });

  test('is cut if a page cannot be read: the reader sees that it is not whole, and the log says why', async () => {
    const beforePage = (page: number): void => {
      if (page === 7) throw new StatementTimeoutError('57014');
    };
    for (const coding of ['identity', 'gzip', 'br']) {
      const { port, served } = await stage({ pages: 50, beforePage });
      const response = await fetch(`http://127.0.0.1:${port}/list`, {
        headers: { 'accept-encoding': coding },
      });
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow('terminated');
      await eventually(() => expect(served.lines.join('')).toContain('answer cut: statement_timeout'));
      expect(served.ended).toBe(1);
    }
  });

  test('is read no further than its reader takes it, and not at all once the reader has left', async () => {
    for (const coding of ['identity', 'br']) {
      const { port, served } = await stage({ pages: 10_000, rowBytes: 3000, settings: { stalledMs: 200 } });
      const response = await ask(port, { 'accept-encoding': coding });
      response.pause();
      response.on('error', () => undefined);
      await eventually(() => expect(served.ended).toBe(1));
      expect(served.read).toBeLessThan(1000);
      const left = await ask(port, { 'accept-encoding': coding });
      await once(left, 'data');
      left.destroy();
      await eventually(() => expect(served.ended).toBe(2));
      expect(served.lines).toStrictEqual([]);
    }
  });
});

test('an answer goes on for 500 pages or a minute, while the process is ready, and each page counts as a request', async () => {
  const fresh = { now: 0, stepMs: 100, ready: true, left: 1000, counted: 0 };
  const state = { ...fresh };
  const api = new OpenAPIHono<ApiEnv>();
  api.use(
    boundStreams({
      readiness: {
        get ready() {
          return state.ready;
        },
      },
      limits: {
        take: () => {
          state.left -= 1;
          return { kind: 'address', limit: 0, remaining: state.left, resetMs: 0, isExceeded: state.left < 0 };
        },
      },
      metrics: { pageStreamed: () => void (state.counted += 1) },
      clock: { now: () => state.now },
    }),
  );
  api.get('/pages', (context) => {
    let pages = 1;
    while (context.get('takesAnotherPage')()) {
      pages += 1;
      state.now += state.stepMs;
    }
    return context.text(`${pages}`);
  });
  const pages = async (change: Partial<typeof state>) => {
    Object.assign(state, fresh, change);
    const response = await api.request('/pages');
    return [Number(await response.text()), state.counted];
  };
  expect(await pages({})).toEqual([500, 499]);
  expect(await pages({ stepMs: 20_000 })).toEqual([5, 4]);
  expect(await pages({ left: 7 })).toEqual([8, 7]);
  expect(await pages({ ready: false })).toEqual([1, 0]);
  expect(state.left).toBe(1000);
});
