import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { batchKey } from '@stellar-insights/ledger/sources';
import { writeLake } from '../lake-writer.ts';
import { createNetwork } from '../network.ts';

const LAYOUT = { ledgersPerBatch: 1, batchesPerPartition: 64_000 };

export interface SimLakeOptions {
  /** How many ledgers are closed beforehand. */
  readonly ledgers: number;
  /** Default: 1000. */
  readonly first?: number;
  readonly seed?: string;
  readonly passphrase?: string;
  /** Exactly so many in each ledger. Default: about fifteen. */
  readonly transactionsPerLedger?: number;
}

/** A lake of simulated ledgers, of which readers see those that were published: one file each, put there at once. */
export class SimLake implements AsyncDisposable {
  readonly first: number;
  readonly passphrase: string;
  readonly #root: string;
  #next: number;

  private constructor(root: string, { first, passphrase }: Pick<SimLake, 'first' | 'passphrase'>) {
    this.#root = root;
    this.first = first;
    this.#next = first;
    this.passphrase = passphrase;
  }

  static async create(options: SimLakeOptions): Promise<SimLake> {
    const {
      ledgers,
      first = 1000,
      seed = 'worker',
      passphrase = 'Simulated Network ; 2026',
      ...crowd
    } = options;
    const lake = new SimLake(await mkdtemp(join(tmpdir(), 'sim-lake-')), { first, passphrase });
    const network = createNetwork({
      ...crowd,
      seed,
      passphrase,
      startLedger: first,
      startTime: Date.UTC(2026, 0, 1),
    });
    await writeLake(lake.#closed, network, { ...LAYOUT, ledgers, extension: 'zst' });
    await mkdir(lake.folder);
    await rename(join(lake.#closed, '.config.json'), lake.manifest);
    return lake;
  }

  /** What readers see. */
  get folder(): string {
    return join(this.#root, 'lake');
  }

  get manifest(): string {
    return join(this.folder, '.config.json');
  }

  /** The last ledger published. */
  get last(): number {
    return this.#next - 1;
  }

  get #closed(): string {
    return join(this.#root, 'closed');
  }

  fileOf(ledger: number): string {
    return join(this.folder, this.#key(ledger));
  }

  async publish(count: number): Promise<void> {
    for (const end = this.#next + count; this.#next < end; this.#next++) {
      await mkdir(dirname(this.fileOf(this.#next)), { recursive: true });
      await rename(join(this.#closed, this.#key(this.#next)), this.fileOf(this.#next));
    }
  }

  /** Replaces a file at once; readers never see half of it. */
  async replace(path: string, content: string | Buffer): Promise<void> {
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#root, { recursive: true });
  }

  #key(ledger: number): string {
    return batchKey(ledger, { ...LAYOUT, networkPassphrase: this.passphrase }, 'zst');
  }
}
