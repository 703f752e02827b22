import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../../answers/route-context.ts';

/** The OpenAPI 3.1 document, made from the declarations of the routes. */
export function openApiDocument(api: OpenAPIHono<ApiEnv>): ReturnType<OpenAPIHono['getOpenAPI31Document']> {
  return api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Stellar Insights',
      version: '1',
      description:
        'Answers about payments on the Stellar ledger. Each rate has its sample and its Wilson 95 % interval; payments of accounts to themselves are excluded by default. ' +
        '`as_of` names the ledgers that an answer is made from. Amounts are decimal strings and, in fields named `_stroops`, integer strings (1 unit = 10^7 stroops). ' +
        'Errors are problem documents (RFC 9457) with a stable `code`.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
    tags: ['corridors', 'ledgers', 'payments', 'network', 'events', 'health'].map((name) => ({ name })),
  });
}
