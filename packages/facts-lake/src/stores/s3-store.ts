import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LocalFile, ObjectStore } from './object-store.ts';
import { temporaryStaging } from './staging.ts';
import { readBytes, readText, S3Client, type S3Location, type S3Options } from './s3-client.ts';

/** Descriptions, manifests and lists of 1,000 keys are far smaller. */
const MOST_BYTES_IN_MEMORY = 8 * 2 ** 20;

/** A lake in a bucket of an S3-compatible server. */
export class S3Store implements ObjectStore {
  readonly name: string;
  readonly #prefix: string;
  readonly #client: S3Client;

  constructor(location: S3Location, options: S3Options = {}) {
    this.name = location.name;
    this.#prefix = location.prefix;
    this.#client = new S3Client(location, options);
  }

  async staging(): Promise<string> {
    return temporaryStaging();
  }

  async read(key: string, signal: AbortSignal): Promise<Buffer | null> {
    return await this.#client.send(
      { method: 'GET', path: this.#prefix + key },
      [200],
      ({ body }) => readBytes(body, MOST_BYTES_IN_MEMORY),
      signal,
    );
  }

  async put(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#put(key, { bytes, sha256: sha256(bytes) }, {}, signal);
  }

  async putIfAbsent(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
    return await this.#put(key, { bytes, sha256: sha256(bytes) }, { 'if-none-match': '*' }, signal);
  }

  async putFile(key: string, file: LocalFile, signal: AbortSignal): Promise<void> {
    await this.#put(key, file, {}, signal);
  }

  async fetchFile(key: string, folder: string, signal: AbortSignal): Promise<string | null> {
    const path = join(folder, key.replaceAll('/', '-'));
    return await this.#client.send(
      { method: 'GET', path: this.#prefix + key },
      [200],
      async ({ body }, attempt) => {
        await pipeline(body, createWriteStream(path), { signal: attempt });
        return path;
      },
      signal,
    );
  }

  async *list(prefix: string, signal: AbortSignal): AsyncIterable<string> {
    let next: string | undefined;
    do {
      const page = await this.#listPage(prefix, next, signal);
      for (const key of valuesOf(page, 'Key')) yield key.slice(this.#prefix.length);
      next = valuesOf(page, 'NextContinuationToken')[0];
    } while (next !== undefined);
  }

  async remove(key: string, signal: AbortSignal): Promise<void> {
    await this.#client.send(
      { method: 'DELETE', path: this.#prefix + key },
      [200, 204],
      ({ body }) => body.dump(),
      signal,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  /** False if the headers' condition does not hold. */
  async #put(
    key: string,
    body: LocalFile | { readonly bytes: Uint8Array; readonly sha256: string },
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const stored = await this.#client.send(
      { method: 'PUT', path: this.#prefix + key, body, headers },
      [200, 412],
      async (answer) => {
        await answer.body.dump();
        return answer.statusCode === 200;
      },
      signal,
    );
    return stored === true;
  }

  async #listPage(prefix: string, token: string | undefined, signal: AbortSignal): Promise<string> {
    const query = {
      'list-type': '2',
      prefix: this.#prefix + prefix,
      ...(token !== undefined && { 'continuation-token': token }),
    };
    const page = await this.#client.send(
      { method: 'GET', path: '', query },
      [200],
      ({ body }) => readText(body, MOST_BYTES_IN_MEMORY),
      signal,
    );
    return page ?? '';
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The texts of all elements of this name. */
function valuesOf(xml: string, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(([, text = '']) =>
    text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );
}
