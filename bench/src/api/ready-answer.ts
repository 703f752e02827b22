import { request } from 'undici';

/** What `programs/same-bytes.ts` answers with. */
export interface ReadyAnswer {
  readonly headers: Readonly<Record<string, string>>;
  /** In base64. */
  readonly body: string;
}

/** Those that no middleware adds. */
const OF_ROUTE = ['cache-control', 'content-encoding', 'content-type', 'etag', 'link', 'x-log-cursor'];

/** The answer of an API to a request. */
export async function readAnswer(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<ReadyAnswer> {
  const { body, statusCode, headers: answered } = await request(url, { headers });
  if (statusCode !== 200) throw new RangeError(`found status ${statusCode} of ${url}, expected 200`);
  const bytes = Buffer.from(await body.arrayBuffer());
  const named = OF_ROUTE.flatMap((name) =>
    typeof answered[name] === 'string' ? [[name, answered[name]]] : [],
  );
  return {
    headers: { ...Object.fromEntries(named), 'content-length': `${bytes.byteLength}` },
    body: bytes.toString('base64'),
  };
}
