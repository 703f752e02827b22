import { NoSecretError, ReplayRunningError, WebhookLimitError } from '@stellar-insights/db/webhooks';
import { ProblemError } from '../../answers/problem.ts';

export function webhookNotFound(): ProblemError {
  return new ProblemError(404, 'webhook_not_found', 'there is no such webhook');
}

export function replayNotFound(): ProblemError {
  return new ProblemError(404, 'replay_not_found', 'there is no such replay of this webhook');
}

/** The operator has not set WEBHOOK_SECRET_KEY. */
export function webhooksUnavailable(): ProblemError {
  const detail = 'this installation keeps no webhook secrets; its operator has to set WEBHOOK_SECRET_KEY';
  return new ProblemError(503, 'webhooks_unavailable', detail);
}

export function invalidField(parameter: string, detail: string): ProblemError {
  return new ProblemError(400, 'invalid_parameter', `correct these parameters: ${parameter}`, {
    errors: [{ parameter, detail }],
  });
}

/** The problem that stands for an error of an operation on webhooks; any other error as it is. */
export function webhookProblem(error: unknown): unknown {
  const isConflict =
    error instanceof WebhookLimitError ||
    error instanceof ReplayRunningError ||
    error instanceof NoSecretError;
  return isConflict ? new ProblemError(409, error.code, error.message) : error;
}
