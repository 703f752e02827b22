/** A header as the OpenAPI document declares it. */
interface Header {
  readonly description: string;
  readonly schema: { readonly type: 'string' | 'integer' };
}

/** The headers that answers can have, besides those that all of HTTP has. */
export const RESPONSE_HEADERS: Readonly<Record<string, Header>> = {
  Allow: text('The methods that this path takes.'),
  'Cache-Control': text('How long the answer may be kept; most must be revalidated with `If-None-Match`.'),
  'Content-Disposition': text('The name of the file, where the answer is one.'),
  ETag: text('The version of the answer: send it as `If-None-Match`, and the answer is 304 while it holds.'),
  Link: text('The next page, `<…>; rel="next"`; not on the last one.'),
  Location: text('The path of what was created.'),
  RateLimit: text('How many requests are left (`r`), and in how many seconds they are renewed (`t`).'),
  'RateLimit-Policy': text('How many requests (`q`) a key or an address has in how many seconds (`w`).'),
  'Retry-After': {
    description: 'After how many seconds to try again.',
    schema: { type: 'integer' },
  },
  Vary: text('The headers of the request that the answer depends on.'),
  'WWW-Authenticate': text('What is wrong with the key, or that there is none (RFC 6750).'),
  'X-As-Of': text('`as_of` as JSON, where the body has no room for it: in CSV and NDJSON.'),
  'X-Log-Cursor': text('`as_of.cursor`: the place in the event log from which events continue this answer.'),
  'X-Request-Id': text('The id of the request, as the log of the server has it.'),
  'X-State': text('`state` as JSON, where the body has no room for it: in CSV and NDJSON.'),
};

function text(description: string): Header {
  return { description, schema: { type: 'string' } };
}
