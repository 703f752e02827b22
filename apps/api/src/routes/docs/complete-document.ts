import { PROBLEM_TYPE } from '../../answers/problem.ts';
import { linksOf, type Link } from './links.ts';
import { RESPONSE_HEADERS } from './response-headers.ts';

/* What the OpenAPI document says of every operation, so that no route has to declare it. */

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly example?: string | number;
}

interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, object>>;
  readonly links?: Readonly<Record<string, Link>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Parameter {
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly requestBody?: object;
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, Response>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The names of problems among the responses of the document. */
const PROBLEMS: Readonly<Record<string, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'BodyTooLarge',
  414: 'UriTooLong',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'Unavailable',
  504: 'TimedOut',
  default: 'OtherProblem',
};

const PROBLEM_HEADERS: Readonly<Record<string, readonly string[]>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  405: ['Allow'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** What middleware and the server answer to any request. */
const ALWAYS = {
  405: problem('Another method than those that this path takes.'),
  414: problem('The path and the query are longer than 8 KiB.'),
  default: problem(
    'Any other problem, such as 408 (the request did not arrive in time), 413, 417, 431 (its headers are too large), 500 or 504.',
  ),
};

const TOO_LARGE = { 413: problem('The body is longer than 64 KiB.') };
const NOT_JSON = { 415: problem('The body is not JSON, or its `Content-Type` does not say so.') };

/** Of an answer that changed nothing for the client, these are left out. */
const NOT_IN_304 = ['Content-Disposition', 'X-State'];

/**
 * Adds to each operation the statuses and headers that do not depend on its route. Problems that several operations share
 * become components. A parameter that can be left out has its example in its description only: people who try a route out in
 * the browser would send it.
 */
export function completeDocument<Given extends object>(given: Given): Given {
  const { paths, components } = given as unknown as Document;
  const problems: Record<string, Response> = {};
  const pathOf = Object.fromEntries(
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.values(operations).map(({ operationId }) => [operationId, path] as const),
    ),
  );
  const complete = (path: string, method: string, operation: Operation): object => {
    const isLimited = !path.startsWith('/health/');
    const general = [
      'Cache-Control',
      'Vary',
      'X-Request-Id',
      ...(isLimited ? ['RateLimit', 'RateLimit-Policy'] : []),
    ];
    const responses = mapEntries(responsesOf(method, operation), (response, status) => {
      const own = headersOf(status, response, components.schemas);
      return withHeaders(response, [...general, ...own]);
    });
    const { 200: answer } = responses;
    const isKept = method === 'get' && answer?.content?.['application/json'] !== undefined;
    const links = linksOf(operation.operationId, pathOf);
    if (isKept) Object.assign(responses, keptAnswer({ ...answer, ...(links && { links }) }));
    return {
      ...operation,
      ...(operation.parameters && { parameters: operation.parameters.map(withoutOptionalExample) }),
      responses: mapEntries(responses, (response, status) => shared(problems, status, response)),
    };
  };
  return {
    ...given,
    paths: mapEntries(paths, (operations, path) =>
      mapEntries(operations, (operation, method) => complete(path, method, operation)),
    ),
    components: { ...components, headers: RESPONSE_HEADERS, responses: problems },
  };
}

function responsesOf(
  method: string,
  { security, requestBody, responses }: Operation,
): Operation['responses'] {
  // Where no key is looked at, none is refused.
  const { 401: _unauthorized, 403: _forbidden, ...open } = responses;
  return {
    ...(security.length > 0 ? responses : open),
    ...ALWAYS,
    ...(method !== 'get' && TOO_LARGE),
    ...(requestBody && NOT_JSON),
  };
}

/** The headers of an answer besides those that all have. */
function headersOf(
  status: string,
  { content = {} }: Response,
  schemas: Document['components']['schemas'],
): readonly string[] {
  if (content[PROBLEM_TYPE] !== undefined) return PROBLEM_HEADERS[status] ?? [];
  if (status === '201') return ['Location'];
  const reference = content['application/json']?.schema.$ref?.split('/').at(-1) ?? '';
  const fields = schemas[reference]?.properties ?? {};
  const isList = content['text/csv'] !== undefined;
  return [
    ...('as_of' in fields ? ['X-Log-Cursor'] : []),
    ...(isList ? ['Link', 'Content-Disposition'] : []),
    ...(isList && 'as_of' in fields ? ['X-As-Of'] : []),
    ...(isList && 'state' in fields ? ['X-State'] : []),
  ];
}

/** An answer that clients may keep, and what they get while it holds. */
function keptAnswer(answer: Response): Operation['responses'] {
  const kept = withHeaders(answer, ['ETag']);
  const headers = Object.entries(kept.headers ?? {}).filter(([name]) => !NOT_IN_304.includes(name));
  const description = 'The answer that `If-None-Match` names still holds.';
  return { 200: kept, 304: { description, headers: Object.fromEntries(headers) } };
}

function withHeaders(response: Response, names: readonly string[]): Response {
  const references = names.map((name) => [name, { $ref: `#/components/headers/${name}` }]);
  return { ...response, headers: { ...response.headers, ...Object.fromEntries(references) } };
}

/** The reference to a problem, if other operations declare the same one; else what was given. */
function shared(
  problems: Record<string, Response>,
  status: string,
  response: Response,
): Response | { readonly $ref: string } {
  const name = PROBLEMS[status];
  if (name === undefined || response.content?.[PROBLEM_TYPE] === undefined) return response;
  const first = (problems[name] ??= response);
  const isSame = JSON.stringify(first) === JSON.stringify(response);
  return isSame ? { $ref: `#/components/responses/${name}` } : response;
}

function withoutOptionalExample(parameter: Parameter): Parameter {
  const { example, ...schema } = parameter.schema;
  const { required, description = '' } = parameter;
  if (required === true || example === undefined) return parameter;
  const isShown = description.includes(`\`${example}\``);
  return {
    ...parameter,
    description: isShown ? description : `${description} Example: \`${example}\`.`,
    schema,
  };
}

function problem(description: string): Response {
  return { description, content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } } };
}

function mapEntries<Value, Result>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value, key: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
