import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { signatureFault, type TestCredentials } from './s3-signature.ts';

/** What happens to a request instead of an answer, or to its answer. */
export type S3Fault =
  /** 503 before anything is stored. */
  | 'error'
  /** Stored, but 500: the client cannot know. */
  | 'error_after'
  /** The connection ends before an answer. */
  | 'reset'
  /** The connection ends amid the body of the answer. */
  | 'truncate'
  /** There is no answer until the client goes away. */
  | 'stall';

export interface S3ServerOptions {
  readonly credentials?: Partial<TestCredentials>;
  readonly bucket?: string;
  /** Keys a page of a list; default: 1,000. */
  readonly pageSize?: number;
}

/**
 * An S3 server in memory, on loopback, with one bucket. It checks each request's signature and the hash of its body, and
 * answers `HEAD`, `GET` (also of a range), `PUT` (with `If-None-Match: *`), `DELETE` and lists of version 2.
 */
export class S3Server implements AsyncDisposable {
  readonly bucket: string;
  readonly credentials: TestCredentials;
  readonly objects = new Map<string, Buffer>();
  /** Asked for each request that is signed well: `PUT lake.json`. */
  fault: (request: string) => S3Fault | null = () => null;
  /** The requests that came, in order. */
  readonly requests: string[] = [];
  readonly #pageSize: number;
  readonly #server: Server;

  private constructor(options: S3ServerOptions) {
    this.bucket = options.bucket ?? 'facts';
    this.#pageSize = options.pageSize ?? 1000;
    this.credentials = {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      region: 'us-east-1',
      ...options.credentials,
    };
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(options: S3ServerOptions = {}): Promise<S3Server> {
    const server = new S3Server(options);
    await once(server.#server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  get endpoint(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  /** The variables with which a process reaches a lake under the prefix. */
  env(prefix: string): Record<string, string> {
    const { accessKeyId, secretAccessKey, sessionToken, region } = this.credentials;
    return {
      FACTS_LAKE_URL: `s3://${this.bucket}/${prefix}`,
      AWS_ENDPOINT_URL_S3: this.endpoint.href,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => null);
    // The client went away amid its request.
    if (body === null) return;
    const fault = signatureFault(request, body, this.credentials);
    if (fault !== null) return refuse(response, fault === 'XAmzContentSHA256Mismatch' ? 400 : 403, fault);
    const { pathname, searchParams } = new URL(String(request.url), this.endpoint);
    const [, bucket, ...parts] = decodeURIComponent(pathname).split('/');
    if (bucket !== this.bucket) return refuse(response, 404, 'NoSuchBucket');
    const key = parts.join('/');
    const title = `${request.method} ${key === '' ? `?prefix=${searchParams.get('prefix')}` : key}`;
    this.requests.push(title);

    const injected = this.fault(title);
    if (injected === 'stall') return;
    if (injected === 'reset') return void request.socket.resetAndDestroy();
    if (injected === 'error') return refuse(response, 503, 'SlowDown');
    const answer = key === '' ? this.#list(searchParams) : this.#object(request, key, body);
    if (injected === 'error_after') return refuse(response, 500, 'InternalError');
    if (injected === 'truncate' && answer.body.length > 0) return truncate(response, answer.body);
    response.writeHead(answer.status, { 'content-length': answer.body.length, ...answer.headers });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  }

  #object(request: IncomingMessage, key: string, body: Buffer): Answer {
    const stored = this.objects.get(key);
    switch (request.method) {
      case 'HEAD':
      case 'GET':
        return stored === undefined ? errorOf(404, 'NoSuchKey') : objectAnswer(stored, request.headers.range);
      case 'PUT':
        if (request.headers['if-none-match'] === '*' && stored !== undefined) {
          return errorOf(412, 'PreconditionFailed');
        }
        this.objects.set(key, body);
        return { status: 200, body: Buffer.alloc(0) };
      case 'DELETE':
        this.objects.delete(key);
        return { status: 204, body: Buffer.alloc(0) };
      default:
        return errorOf(405, 'MethodNotAllowed');
    }
  }

  #list(query: URLSearchParams): Answer {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? '';
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
    const page = keys.slice(0, this.#pageSize);
    const more = keys.length > page.length;
    const contents = page.map((key) => describe(key, this.objects.get(key) ?? Buffer.alloc(0))).join('');
    const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    const xml = `<ListBucketResult><IsTruncated>${more}</IsTruncated>${contents}${next}</ListBucketResult>`;
    return { status: 200, body: Buffer.from(xml) };
  }
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Of all objects: their time says nothing here. */
const MODIFIED = new Date(Date.UTC(2026, 0, 1));

/** The object, or a part of it. `range`: as in `bytes=0-99`. */
function objectAnswer(stored: Buffer, range: string | undefined): Answer {
  const headers = { etag: etagOf(stored), 'last-modified': MODIFIED.toUTCString(), 'accept-ranges': 'bytes' };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (from === undefined) return { status: 200, body: stored, headers };
  const last = Math.min(to === '' ? Infinity : Number(to), stored.length - 1);
  const place = `bytes ${from}-${last}/${stored.length}`;
  return {
    status: 206,
    body: stored.subarray(Number(from), last + 1),
    headers: { ...headers, 'content-range': place },
  };
}

function describe(key: string, stored: Buffer): string {
  const facts = { Key: key, LastModified: MODIFIED.toISOString(), ETag: etagOf(stored), Size: stored.length };
  const elements = Object.entries(facts).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<Contents>${elements.join('')}</Contents>`;
}

function etagOf(stored: Buffer): string {
  return `"${createHash('md5').update(stored).digest('hex')}"`;
}

function errorOf(status: number, code: string): Answer {
  return { status, body: Buffer.from(`<Error><Code>${code}</Code><Message>of a test</Message></Error>`) };
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const { body } = errorOf(status, code);
  response.writeHead(status, { 'content-length': body.length }).end(body);
}

function truncate(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { 'content-length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}
