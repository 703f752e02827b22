/** Something was asked of a test server that is frozen or stopped. */
export class ServerNotRunningError extends Error {
  readonly code = 'DEVSTACK_SERVER_NOT_RUNNING';
  readonly server: string;
  readonly state: string;

  constructor(server: string, state: string) {
    super(`${server} is ${state} and cannot answer; ${state === 'frozen' ? 'thaw()' : 'start()'} it first`);
    this.name = 'ServerNotRunningError';
    this.server = server;
    this.state = state;
  }
}
