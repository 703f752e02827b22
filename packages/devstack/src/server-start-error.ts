/** A server ended, or did not become ready in time; the message carries the end of its own log. */
export class ServerStartError extends Error {
  readonly code = 'DEVSTACK_SERVER_START';
  readonly server: string;
  readonly log: string;

  constructor(server: string, found: string, log: string) {
    super(`${server} ${found}; it should have become ready. The end of its log:\n${log}`);
    this.name = 'ServerStartError';
    this.server = server;
    this.log = log;
  }

  get portTaken(): boolean {
    return /address already in use/i.test(this.log);
  }
}
