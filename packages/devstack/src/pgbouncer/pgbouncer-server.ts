import { LocalServer } from '../local-server.ts';
import type { ServerRecipe } from '../local-server.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';

/** A PgBouncer of one's own before a Postgres: `stop` keeps its port for `start`. */
export class PgBouncerServer extends LocalServer {
  readonly #postgresUrl: string;

  constructor(supervisor: Supervisor, recipe: ServerRecipe, postgresUrl: string) {
    super(supervisor, recipe);
    this.#postgresUrl = postgresUrl;
  }

  /** The URL of a database of the Postgres, by way of this PgBouncer. */
  urlOf(databaseUrl: string = this.#postgresUrl): string {
    const url = new URL(databaseUrl);
    url.port = String(this.port);
    return url.href;
  }

  stop(): Promise<void> {
    return this.endBy('SIGTERM');
  }
}
