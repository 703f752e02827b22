import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The credentials that a test server accepts. */
export interface TestCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly region: string;
}

/** A clock may be wrong by so much. */
const MOST_SKEW_MS = 15 * 60_000;

/**
 * The code of the S3 error that a request deserves; null if it is signed as AWS' Signature Version 4 says, with the hash
 * of its body. Written from the specification, not with the library that signs.
 */
export function signatureFault(
  request: IncomingMessage,
  body: Buffer,
  credentials: TestCredentials,
): string | null {
  const header = (name: string): string => String(request.headers[name] ?? '');
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      header('authorization'),
    );
  if (match === null) return 'AccessDenied';
  const [, accessKeyId = '', day = '', region = '', signedHeaders = '', signature = ''] = match;
  if (accessKeyId !== credentials.accessKeyId) return 'InvalidAccessKeyId';
  if (header('x-amz-security-token') !== (credentials.sessionToken ?? '')) return 'InvalidToken';
  if (region !== credentials.region) return 'AuthorizationHeaderMalformed';
  const time = header('x-amz-date');
  if (!time.startsWith(day) || Math.abs(Date.now() - timeOf(time)) > MOST_SKEW_MS)
    return 'RequestTimeTooSkewed';

  const bodyHash = createHash('sha256').update(body).digest('hex');
  if (header('x-amz-content-sha256') !== bodyHash) return 'XAmzContentSHA256Mismatch';

  const names = signedHeaders.split(';');
  const unsigned = Object.keys(request.headers).filter(
    (name) => name.startsWith('x-amz-') || name === 'host',
  );
  if (!unsigned.every((name) => names.includes(name))) return 'AccessDenied';
  const [path = '', query = ''] = String(request.url).split('?');
  const canonical = [
    request.method,
    path
      .split('/')
      .map((part) => encode(decodeURIComponent(part)))
      .join('/'),
    canonicalQuery(query),
    ...names.map((name) => `${name}:${header(name).trim()}`),
    '',
    signedHeaders,
    bodyHash,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  );
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(toSign).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? null : 'SignatureDoesNotMatch';
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&');
}

/** As RFC 3986 encodes everything that is not unreserved. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function timeOf(time: string): number {
  return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
