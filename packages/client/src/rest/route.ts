/** A schema of the contract, of which this package knows only the types. */
interface Schema {
  readonly _zod: { readonly input: object; readonly output: object };
}

type Input<S extends Schema> = S['_zod']['input'];
type Output<S extends Schema> = S['_zod']['output'];

/**
 * What a caller may pass: each parameter as the text that is sent, or as the value that the text stands for. A list is always
 * read as JSON.
 */
export type ParametersOf<S extends Schema> = {
  readonly [Name in keyof Input<S> as Exclude<Name, 'format'>]:
    Input<S>[Name] | (Name extends keyof Output<S> ? Output<S>[Name] : never);
};

/** Also what is assignable to parameters of which none is required. */
export type None = Readonly<Record<string, never>>;

/** What a caller sends as JSON. */
export type BodyOf<S extends Schema> = Input<S>;

/** A page of rows; `next_cursor` is null on the last page. */
export interface Page<Row = unknown> {
  readonly data: readonly Row[];
  readonly page: { readonly next_cursor: string | null };
}

export interface Route<Parameters = never, Answer = unknown> {
  readonly path: string;
  /** Default: GET. The parameters that are not in the path are the query of a GET, and the JSON body of another method. */
  readonly method?: 'POST' | 'PATCH' | 'DELETE';
  /** Whether the answer is a page of a list. */
  readonly list: boolean;
  /** The statuses of answers in the route's own form; default: 200. */
  readonly accepts?: readonly number[];
  /** For the type checker only. */
  readonly types?: (parameters: Parameters) => Answer;
}

/* A GET, a GET of a list, and a POST. */

export function one<Parameters, Answer>(path: string): Route<Parameters, Answer> {
  return { path, list: false };
}

export function list<Parameters, Answer extends Page>(
  path: string,
): Route<Parameters, Answer> & { list: true } {
  return { path, list: true };
}

export function post<Parameters, Answer>(path: string): Route<Parameters, Answer> & { list: false } {
  return { path, method: 'POST', list: false };
}
