import { LedgerDecoder, type DecodeOutcome } from '@stellar-insights/ledger/sources';
import type { Clock } from '@stellar-insights/lifecycle';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';
import type { NetworkConfig } from '../network-config.ts';

export interface WatchedDecoderOptions {
  readonly by: NetworkConfig['decoder'];
  readonly onDecoded: (outcome: DecodeOutcome) => void;
  readonly log: Log;
  readonly clock: Clock;
}

/** The decoder of a worker: it counts, and logs what the fast reader refuses and when it was wrong. */
export function watchedDecoder({ by, onDecoded, log, clock }: WatchedDecoderOptions): LedgerDecoder {
  const report = decodeReports({ log, clock });
  return new LedgerDecoder({
    by,
    onDecoded: (outcome, ledger, cause) => {
      onDecoded(outcome);
      report(outcome, ledger, cause);
    },
  });
}

/** Logs what the fast reader refuses and when it was wrong. */
export function decodeReports({ log, clock }: Pick<WatchedDecoderOptions, 'log' | 'clock'>) {
  const reminder = new ErrorReminder(log, {}, clock);
  return (outcome: DecodeOutcome, ledger: number, cause: unknown): void => {
    if (outcome === 'refused') {
      reminder.warn('the fast reader refuses ledgers: the SDK decodes them', { ledger, err: cause });
    }
    if (outcome === 'different') log.error({ ledger }, differenceMessage(ledger));
  };
}

/** What to do once the reader was wrong. */
export function differenceMessage(ledger: number): string {
  return (
    `ledger ${ledger}: the fast reader found other facts than the SDK, whose facts are used from now on; ` +
    'set LEDGER_DECODER=sdk, compare what was stored before by `insights verify`, and report this ledger'
  );
}
