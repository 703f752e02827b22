import type { z } from 'zod';
import { ProblemError } from './problem-error.ts';

/** The parameters that do not fit, each with what was expected; their values are not repeated. */
export function parameterProblem(error: z.ZodError): ProblemError {
  const errors = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ parameter: key.slice(0, 64), detail: 'no such parameter' }))
      : [{ parameter: issue.path.join('.'), detail: issue.message }],
  );
  const names = errors.map(({ parameter }) => parameter).join(', ');
  return new ProblemError(400, 'invalid_parameter', `correct these parameters: ${names}`, { errors });
}
