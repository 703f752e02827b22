import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { failureReasonList, failureReasonsQuery, type FailureReasonList } from '@stellar-insights/contract';
import { FAILURE_REASONS, type FailingOperation } from '@stellar-insights/ledger';
import { FAILURE_REASON_COLUMNS, renderFailureReason } from '@stellar-insights/wire';
import { listFormats } from '../../answers/formats.ts';
import { answerList } from '../../answers/list.ts';
import { listResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';

const route = createRoute({
  method: 'get',
  path: '/failure-reasons',
  operationId: 'listFailureReasons',
  summary: 'What each failure code means, and what to do',
  description:
    'Every code of the protocol with which a transaction or an operation can fail, on one page. A code that is not in the list is newer than this release. Its failures have the blame `unknown`.',
  tags: ['payments'],
  security: requires('read'),
  middleware: [listFormats],
  request: { query: failureReasonsQuery },
  responses: { 200: listResponse(failureReasonList, 'The codes.'), ...problemResponses },
});

export function failureReasonsRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, (context) => {
    const { operation } = context.req.valid('query');
    return answerList(context, reasonsOf(operation), FAILURE_REASON_COLUMNS);
  });
}

function reasonsOf(kind: FailingOperation | undefined): FailureReasonList {
  const reasons = FAILURE_REASONS.filter(
    ({ operation }) => kind === undefined || operation === null || operation === kind,
  );
  return {
    data: reasons.map(renderFailureReason),
    page: { next_cursor: null },
  };
}
