import { json, type Answer } from '../http/service.ts';

const PROBLEMS = {
  bad_request: [400, 'Bad Request', 'The request you sent was invalid in some way.'],
  not_found: [404, 'Resource Missing', 'There is nothing at this address.'],
  before_history: [
    410,
    'Data Requested Is Before Recorded History',
    'This Horizon keeps only the latest ledgers, and the request asks for older ones.',
  ],
  stale_history: [503, 'Historical DB Is Too Stale', 'This Horizon is too far behind the network to answer.'],
} as const;

/** What Horizon answers in place of a resource: an RFC 7807 document of one of its known types. */
export class HorizonProblemError extends Error {
  override readonly name = 'HorizonProblemError';
  readonly type: keyof typeof PROBLEMS;
  readonly extras: Readonly<Record<string, string>> | undefined;

  constructor(type: keyof typeof PROBLEMS, extras?: Readonly<Record<string, string>>) {
    super(PROBLEMS[type][2]);
    this.type = type;
    this.extras = extras;
  }

  answer(): Answer {
    const [status, title, detail] = PROBLEMS[this.type];
    const type = `https://stellar.org/horizon-errors/${this.type}`;
    const document = { type, title, status, detail, extras: this.extras };
    return json(status, document, 'application/problem+json; charset=utf-8');
  }
}

export function invalidField(field: string, reason: string): HorizonProblemError {
  return new HorizonProblemError('bad_request', { invalid_field: field, reason });
}
