import type { DatabaseConfig } from '@stellar-insights/db/config';
import type { DecodeOutcome, SourceLocation } from '@stellar-insights/ledger/sources';
import { errorCode } from '@stellar-insights/runtime/errors';
import type { NetworkConfig } from '../network-config.ts';
import type { Chunk, ChunkOutcome, Loaded } from './chunk.ts';

/** What a thread is started with. */
export interface ThreadData {
  readonly database: DatabaseConfig;
  readonly source: SourceLocation;
  readonly decoder: NetworkConfig['decoder'];
  /** Undefined if everything is kept. */
  readonly retentionDays?: number | undefined;
}

/** `stop`: after the commit under way. `end`: the thread is not needed any more. */
export type ToThread =
  { readonly type: 'load'; readonly chunk: Chunk } | { readonly type: 'stop' } | { readonly type: 'end' };

export type FromThread =
  | { readonly type: 'batch'; readonly loaded: Loaded; readonly decoded: DecodeCounts }
  /** A ledger that the fast reader did not read as it should. */
  | {
      readonly type: 'remark';
      readonly outcome: DecodeOutcome;
      readonly ledger: number;
      readonly cause?: string;
    }
  | { readonly type: 'ended'; readonly outcome: ChunkOutcome }
  | { readonly type: 'failed'; readonly error: ErrorFacts };

export type DecodeCounts = Readonly<Partial<Record<DecodeOutcome, number>>>;

/** What an error keeps on its way out of a thread. */
interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly stack: string | undefined;
}

export function errorFacts(error: unknown): ErrorFacts {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const retryable = error instanceof Error && 'retryable' in error && error.retryable === true;
  return { code: errorCode(error), message, retryable, stack };
}

/** The error as it was thrown in the thread, without its class. */
export class ErrorOfThread extends Error {
  override readonly name = 'ErrorOfThread';
  readonly code: string;
  readonly retryable: boolean;

  constructor({ code, message, retryable, stack }: ErrorFacts) {
    super(message);
    this.code = code;
    this.retryable = retryable;
    if (stack !== undefined) this.stack = stack;
  }
}
