import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AccessMode } from '../../access/access.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { completeDocument } from './complete-document.ts';
import { describeWebhookMessages } from './webhook-messages.ts';

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

const SCHEMES = {
  key: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'si_live_<prefix>_<secret>',
    description:
      'A key. The list names the scope that it needs; `admin` includes the others. Where a route also has the way `{}`, it needs no key.',
  },
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'si_token_<secret>',
    description:
      'A token of `createToken`: it opens one stream within 60 s. A WebSocket sends it in `Sec-WebSocket-Protocol`, for example `insights.v1, insights.token.si_token_…`.',
  },
} as const;

/** What the routes are about, in the order of the document. */
const TAGS: Readonly<Record<string, string>> = {
  corridors: 'How payments from one asset to another fare: success rates, sizes, and why payments fail.',
  ledgers: 'The ledgers that are stored, each with what was counted in it.',
  payments: 'Payments and payment attempts, one by one.',
  transactions: 'Transactions, and everything that is recorded of one.',
  trades: 'What offers and pools exchanged, one by one.',
  'claimable-balances': 'Payments in two steps: creations and claims of claimable balances.',
  clawbacks: 'What issuers took back.',
  'contract-transfers': 'What Stellar Asset Contracts moved.',
  pools: 'Liquidity pools: what they hold, what they are worth, and what is traded through them.',
  assets: 'Issued assets: who may hold them, and who holds how much.',
  trustlines: 'The trustlines of all assets, and of one asset day by day.',
  anchors: 'Anchors: whether their stellar.toml can be read, and how payments in their assets fare.',
  network: 'How far ingestion has come, and how this installation does.',
  events:
    'What happens, as it happens: pages of the event log and a stream of server-sent events. The WebSocket at `/ws` carries the same events; OpenAPI cannot describe it, the guide to realtime does.',
  webhooks: 'Events that are delivered to an address of yours.',
  keys: 'Keys for this API, and tokens that open one stream.',
  backfills: 'Older ledgers that workers load.',
  health: 'What load balancers ask for.',
};

/** The OpenAPI 3.1 document, made from the declarations of the routes. */
export function openApiDocument(api: OpenAPIHono<ApiEnv>, mode: AccessMode): Document {
  for (const [name, scheme] of Object.entries(SCHEMES)) {
    api.openAPIRegistry.registerComponent('securitySchemes', name, scheme);
  }
  describeWebhookMessages(api);
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Stellar Insights',
      version: '1',
      description:
        'Answers about payments on the Stellar ledger. Each rate has its sample and its Wilson 95 % interval; payments of accounts to themselves are excluded by default. ' +
        'Only attempts that entered a ledger are counted: what never reached one is invisible. Validators damp circular path payments under load, so the share of bots varies. ' +
        '`as_of` names the ledgers that an answer is made from, `state` the reading of the network that it shows. Amounts are decimal strings and, in fields named `_stroops`, integer strings (1 unit = 10^7 stroops). ' +
        'Errors are problem documents (RFC 9457) with a stable `code`. Each GET also answers HEAD. Lists are JSON, CSV or NDJSON: what `format` or `Accept` names.',
      contact: { name: 'The operator of this installation' },
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  });
  return completeDocument(mode === 'open' ? document : withoutOpenReads(document));
}

/** The way in without a key is none where reads are keyed. */
function withoutOpenReads(document: Document): Document {
  const paths = Object.entries(document.paths ?? {}).map(([path, operations]) => {
    const closed = Object.entries(operations as Record<string, { security?: object[] }>).map(
      ([method, operation]) => {
        const security = operation.security?.filter((way) => Object.keys(way).length > 0);
        return [method, { ...operation, ...(security && { security }) }];
      },
    );
    return [path, Object.fromEntries(closed)];
  });
  return { ...document, paths: Object.fromEntries(paths) as NonNullable<Document['paths']> };
}
