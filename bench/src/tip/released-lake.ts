import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { batchKey } from '@stellar-insights/ledger/sources';
import { createNetwork, writeLake } from '@stellar-insights/simnet';

const LAYOUT = { ledgersPerBatch: 1, batchesPerPartition: 64_000 };
export const FIRST_LEDGER = 1000;

export interface ReleasedLakeOptions {
  readonly ledgers: number;
  /** Exactly so many in each ledger. */
  readonly transactions: number;
  /** Where the ledgers are kept for another run; if not set, they are deleted at the end. */
  readonly keep: string | undefined;
}

/** Simulated ledgers that are written beforehand, and a lake into which they are released one by one. */
export class ReleasedLake implements AsyncDisposable {
  readonly passphrase: string;
  readonly #written: string;
  readonly #root: string;
  #next = FIRST_LEDGER;

  private constructor(passphrase: string, written: string, root: string) {
    this.passphrase = passphrase;
    this.#written = written;
    this.#root = root;
  }

  static async write({ ledgers, transactions, keep }: ReleasedLakeOptions): Promise<ReleasedLake> {
    const passphrase = `Bench ; ${ledgers} ledgers of ${transactions} transactions`;
    const root = await mkdtemp(join(tmpdir(), 'bench-lake-'));
    const lake = new ReleasedLake(passphrase, keep ?? join(root, 'written'), root);
    if (!(await lake.#isWritten())) {
      console.error(`writing ${ledgers} ledgers of ${transactions} transactions …`);
      const start = { startLedger: FIRST_LEDGER, startTime: Date.UTC(2026, 0, 1), closeIntervalMs: 1000 };
      const network = createNetwork({
        seed: 'bench',
        passphrase,
        transactionsPerLedger: transactions,
        ...start,
      });
      await writeLake(lake.#written, network, { ...LAYOUT, ledgers, extension: 'zst' });
      await rename(join(lake.#written, '.config.json'), lake.#manifest);
    }
    await mkdir(dirname(lake.#fileIn(lake.folder, FIRST_LEDGER)), { recursive: true });
    await copyFile(lake.#manifest, join(lake.folder, '.config.json'));
    await lake.#stage();
    return lake;
  }

  /** What readers see. */
  get folder(): string {
    return join(this.#root, 'released');
  }

  /** Releases the next ledger at once. Resolves to its number and to when that was, in Unix milliseconds. */
  async release(): Promise<{ readonly ledger: number; readonly at: number }> {
    const ledger = this.#next++;
    const at = performance.timeOrigin + performance.now();
    await rename(this.#staged, this.#fileIn(this.folder, ledger));
    await this.#stage();
    return { ledger, at };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#root, { recursive: true });
  }

  /** Written last, under another name: a lake that is not whole has none. */
  get #manifest(): string {
    return join(this.#written, 'whole.json');
  }

  get #staged(): string {
    return join(this.#root, 'staged');
  }

  async #isWritten(): Promise<boolean> {
    const manifest = await readFile(this.#manifest, 'utf8').catch(() => '{}');
    return (JSON.parse(manifest) as { networkPassphrase?: string }).networkPassphrase === this.passphrase;
  }

  /** Copies the next ledger, if there is one, so that its release takes no time. */
  async #stage(): Promise<void> {
    await copyFile(this.#fileIn(this.#written, this.#next), this.#staged).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      },
    );
  }

  #fileIn(folder: string, ledger: number): string {
    return join(folder, batchKey(ledger, { ...LAYOUT, networkPassphrase: this.passphrase }, 'zst'));
  }
}
