/** The process that supervises a program refused a request or is gone. */
export class SupervisorError extends Error {
  override readonly name = 'SupervisorError';
  readonly code = 'supervisor';

  constructor(detail: string, options?: ErrorOptions) {
    super(`the supervisor of a program failed: ${detail}`, options);
  }
}
