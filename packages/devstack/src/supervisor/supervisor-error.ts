/** The process that supervises a server refused a request or is gone. */
export class SupervisorError extends Error {
  readonly code = 'DEVSTACK_SUPERVISOR';

  constructor(detail: string, options?: ErrorOptions) {
    super(`the supervisor of a test server failed: ${detail}`, options);
    this.name = 'SupervisorError';
  }
}
