import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import type { Transform } from 'node:stream';
import { parseAccept } from 'hono/utils/accept';

/** What makes a body smaller on its way; `identity` leaves it as it is. */
export type Coding = 'br' | 'gzip' | 'identity';

/** A smaller body is not worth its coding. */
export const SMALLEST_BYTES = 1024;

/** Those that are available; of two that a client likes as much, the first is used. */
const CODINGS: readonly Coding[] = ['br', 'gzip', 'identity'];

/** For answers that are made for one request: 20 times cheaper than the best qualities, and a few percent larger. */
const BROTLI_QUALITY = 4;
const GZIP_LEVEL = 5;
/** For what is coded once and sent often. */
const BEST = { br: 9, gzip: 9 };
/** Of what brotli looks back at: 256 KiB. Its default takes 4 MiB of memory for each body. */
const WINDOW_BITS = 18;

/**
 * The codings that `Accept-Encoding` allows, the preferred one first (RFC 9110 §12.5.3). Without the header, only `identity`;
 * also for a client that refuses all: it could not read an error either.
 */
export function acceptedCodings(header: string | undefined): Coding[] {
  if (header === undefined || header.trim() === '') return ['identity'];
  const weights = new Map(parseAccept(header).map(({ type, q }) => [type.toLowerCase(), q]));
  const weightOf = (coding: Coding): number => {
    const named = weights.get(coding) ?? (coding === 'gzip' ? weights.get('x-gzip') : undefined);
    // Whoever does not mention `identity` takes it if there is nothing better.
    return named ?? weights.get('*') ?? (coding === 'identity' ? Number.MIN_VALUE : 0);
  };
  const accepted = CODINGS.filter((coding) => weightOf(coding) > 0);
  return accepted.length === 0 ? ['identity'] : accepted.toSorted((a, b) => weightOf(b) - weightOf(a));
}

/** The coding for a body of this size. */
export function codingFor([preferred = 'identity', ...others]: readonly Coding[], bytes: number): Coding {
  return bytes < SMALLEST_BYTES && others.includes('identity') ? 'identity' : preferred;
}

/** Codes a body in a thread of its own. `best`: as small as possible. */
export async function encode(
  body: Uint8Array | string,
  coding: Coding,
  { best = false } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  if (coding === 'br') {
    const quality = best ? BEST.br : BROTLI_QUALITY;
    return await promisify(brotliCompress)(bytes, brotliOptions(quality, bytes.byteLength));
  }
  if (coding === 'gzip') return await promisify(gzip)(bytes, { level: best ? BEST.gzip : GZIP_LEVEL });
  return Uint8Array.from(bytes);
}

/** Codes a stream; what is written to it can be read at once. Undefined for `identity`. */
export function encoder(coding: Coding): Transform | undefined {
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = constants;
  if (coding === 'gzip') return createGzip({ level: GZIP_LEVEL, flush: Z_SYNC_FLUSH });
  if (coding === 'br')
    return createBrotliCompress({ ...brotliOptions(BROTLI_QUALITY), flush: BROTLI_OPERATION_FLUSH });
  return undefined;
}

function brotliOptions(quality: number, bytes = 0) {
  return {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_LGWIN]: WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes,
    },
  };
}
