import { requestJson, type CallOptions, type HttpOptions } from './request.ts';
import type { None, Page, Route } from './route.ts';
import { routes, type Routes } from './routes.ts';
import { routeUrl, splitParameters, type ParameterValue } from './url.ts';

/** `parameters` can be left out if none of them is required. */
type Arguments<Parameters> = None extends Parameters
  ? [parameters?: Parameters, options?: CallOptions]
  : [parameters: Parameters, options?: CallOptions];

type RowOf<Answer> = Answer extends { readonly data: readonly (infer Row)[] } ? Row : never;

type GetOne<Parameters, Answer> = (...args: Arguments<Parameters>) => Promise<Answer>;

/** Called, it resolves to one page. */
interface GetList<Parameters, Answer> extends GetOne<Parameters, Answer> {
  /** All pages, from the one that the parameters name; each is fetched when it is asked for. */
  pages(...args: Arguments<Parameters>): AsyncGenerator<Answer, void, undefined>;
  /** The rows of all pages. */
  rows(...args: Arguments<Parameters>): AsyncGenerator<RowOf<Answer>, void, undefined>;
}

type Method<R> = R extends { readonly list: true } & Route<infer Parameters, infer Answer>
  ? GetList<Parameters, Answer>
  : R extends Route<infer Parameters, infer Answer>
    ? GetOne<Parameters, Answer>
    : never;

/** A method for each route. Errors: see `requestJson`. */
export type RestMethods = { readonly [Name in keyof Routes]: Method<Routes[Name]> };

type Values = Readonly<Record<string, ParameterValue | readonly ParameterValue[]>>;

export function restMethods(base: string, http: HttpOptions): RestMethods {
  const methods = Object.entries<Route>(routes).map(([name, route]) => [name, method(route, base, http)]);
  return Object.fromEntries(methods) as RestMethods;
}

function method(route: Route, base: string, http: HttpOptions): unknown {
  return route.method === undefined ? getMethod(route, base, http) : writeMethod(route, base, http);
}

function writeMethod({ path, method: verb }: Route, base: string, http: HttpOptions): unknown {
  return async (
    parameters: Readonly<Record<string, unknown>> = {},
    { signal }: CallOptions = {},
  ): Promise<unknown> => {
    const { inPath, others } = splitParameters(path, parameters);
    const call = { method: verb, body: others, accepts: [200, 201, 202, 204], signal };
    return await requestJson(routeUrl(base, path, inPath), call, http);
  };
}

function getMethod({ path, list, accepts = [200] }: Route, base: string, http: HttpOptions): unknown {
  const get = async (parameters: Values = {}, { signal }: CallOptions = {}): Promise<unknown> =>
    await requestJson(routeUrl(base, path, parameters), { accepts, signal }, http);
  if (!list) return get;
  const getPage = get as (parameters?: Values, options?: CallOptions) => Promise<Page>;

  async function* pages(parameters: Values = {}, options?: CallOptions): AsyncGenerator<Page> {
    for (let cursor = parameters['cursor']; ;) {
      const page = await getPage({ ...parameters, cursor }, options);
      yield page;
      if (page.page.next_cursor === null) return;
      cursor = page.page.next_cursor;
    }
  }
  async function* rows(parameters?: Values, options?: CallOptions): AsyncGenerator {
    for await (const { data } of pages(parameters, options)) yield* data;
  }
  return Object.assign(getPage, { pages, rows });
}
