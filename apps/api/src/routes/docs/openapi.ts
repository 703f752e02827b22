import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../../answers/route-context.ts';

/** OpenAPI 3.1, from the declarations of the routes. */
export function openApiDocument(api: OpenAPIHono<ApiEnv>): ReturnType<OpenAPIHono['getOpenAPI31Document']> {
  return api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Stellar Insights',
      version: '1',
      description:
        'Answers about payments on the Stellar ledger. Rates come with their sample and Wilson 95 % interval and leave out payments of accounts to themselves; ' +
        'every answer says in `as_of` which ledgers it is made from; amounts are decimal strings and, as `_stroops`, integers in strings (1 unit = 10^7 stroops). ' +
        'Errors are problem documents (RFC 9457) with a stable `code`.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
    tags: ['corridors', 'ledgers', 'payments', 'network', 'health'].map((name) => ({ name })),
  });
}
