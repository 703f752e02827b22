import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Scope } from '@stellar-insights/db/keys';
import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import type { Access } from '../access/access.ts';
import { allows } from '../access/caller.ts';
import { keyRequired, scopeMissing, secretInUrl } from '../access/problems.ts';
import type { ApiEnv } from '../answers/route-context.ts';

/** What a route demands, as its declaration has it in `security`. Each element is one way to get in. */
export type Security = Record<string, string[]>[];

/** For a route that needs no key, and looks at none. */
export const PUBLIC: Security = [];

/** For a stream, which checks keys and tokens itself when it is opened. */
export const requiresForStream: Security = [{}, { key: ['read'] }, { token: [] }];

/** For a route that needs a key with this scope. Where reads are open, `read` needs none, unless `always`. */
export function requires(scope: Scope, { always = scope !== 'read' } = {}): Security {
  return always ? [{ key: [scope] }] : [{}, { key: [scope] }];
}

/** Routes without a declaration, all of them public: the documentation, and what checks its callers itself. */
const UNDECLARED = /^\/(docs(\/|$)|openapi\.json$|favicon\.(ico|svg)$|ws$|$)/;

interface Rule {
  readonly scope: Scope;
  readonly always: boolean;
}

/** Lets a request through to its route if its key allows it, as the declaration of the route says. */
export class AccessControl {
  readonly #access: Access;
  /** By method and path; null: the route lets everyone through. */
  readonly #rules = new Map<string, Rule | null>();

  constructor(access: Access) {
    this.#access = access;
  }

  /**
   * Takes the rules from the declarations of all routes.
   *
   * @throws TypeError if a route has none: it would be open by mistake
   */
  protect(api: OpenAPIHono<ApiEnv>): void {
    for (const { type, ...definition } of api.openAPIRegistry.definitions) {
      if (type !== 'route' || !('route' in definition)) continue;
      const { method, path, security } = definition.route;
      if (security === undefined)
        throw new TypeError(`found ${method} ${path} without \`security\`, expected \`requires(…)\``);
      this.#rules.set(`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, ruleOf(security));
    }
    for (const { method, path } of api.routes) {
      if (method === 'ALL' || UNDECLARED.test(path) || this.#rules.has(`${method} ${path}`)) continue;
      throw new TypeError(`found ${method} ${path} without a declaration, expected one with \`security\``);
    }
  }

  /** Finds out who asks, where the route looks at keys. */
  readonly identify: MiddlewareHandler<ApiEnv> = createMiddleware<ApiEnv>(async (context, next) => {
    if (this.#rulesOf(context).length > 0) {
      context.set('caller', await this.#access.authenticate(context.req.header('authorization')));
    }
    await next();
  });

  readonly permit: MiddlewareHandler<ApiEnv> = createMiddleware<ApiEnv>(async (context, next) => {
    const caller = context.get('caller');
    const demanded = this.#rulesOf(context).filter(({ always }) => always || this.#access.mode === 'keyed');
    for (const { scope } of demanded) {
      if (caller === undefined) throw keyRequired();
      if (!allows(caller, scope)) throw scopeMissing(scope);
    }
    await next();
    if (demanded.length > 0) keepPrivate(context);
  });

  /** Of every route that the path leads to, so that none is passed by. */
  #rulesOf(context: Context<ApiEnv>): Rule[] {
    const keys = new Set(matchedRoutes(context).map(({ method, path }) => `${method} ${path}`));
    return [...keys].flatMap((key) => this.#rules.get(key) ?? []);
  }
}

function ruleOf(security: Security): Rule | null {
  if (security.some((way) => 'token' in way)) return null;
  const [scope] = security.flatMap((way) => way['key'] ?? []);
  if (scope === undefined) return null;
  return { scope: scope as Scope, always: security.every((way) => 'key' in way) };
}

/** The answer depends on the caller: no cache between may give it to another. */
function keepPrivate(context: Context<ApiEnv>): void {
  const { headers } = context.res;
  context.header('Vary', 'Authorization', { append: true });
  context.header('Cache-Control', headers.get('cache-control')?.replace('public', 'private') ?? 'no-store');
}

const SECRET = /si_(live|token)_/;
const NAMES = ['access_token', 'api_key', 'apikey', 'authorization', 'bearer', 'token'];

/** Refuses a key or token in the URL, before anything repeats the URL. */
export const noSecretInUrl: MiddlewareHandler<ApiEnv> = async ({ req }, next) => {
  const { pathname, search, searchParams } = new URL(req.url);
  const names = [...searchParams.keys()].map((name) => name.toLowerCase());
  if (SECRET.test(decodeURIComponent(pathname + search)) || NAMES.some((name) => names.includes(name))) {
    throw secretInUrl();
  }
  await next();
};
