import postgres from 'postgres';

/**
 * Locks a table: its readers and writers wait, as behind a slow migration, until this is disposed. So a test can make a
 * process hang without a hook in the process.
 */
export class TableLock implements AsyncDisposable {
  readonly #sql: postgres.Sql;
  readonly #release = Promise.withResolvers<void>();
  readonly #locked = Promise.withResolvers<void>();
  readonly #ended: Promise<unknown>;

  private constructor(url: string, table: string) {
    this.#sql = postgres(url, { max: 1, connection: { application_name: 'table-lock' } });
    this.#ended = this.#sql
      .begin(async (transaction) => {
        await transaction`lock table ${transaction(table)} in access exclusive mode`;
        this.#locked.resolve();
        await this.#release.promise;
      })
      .catch(this.#locked.reject);
  }

  /** Resolves once the lock is held. */
  static async take(url: string, table: string): Promise<TableLock> {
    const lock = new TableLock(url, table);
    await lock.#locked.promise;
    return lock;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#release.resolve();
    await this.#ended;
    await this.#sql.end({ timeout: 1 });
  }
}
