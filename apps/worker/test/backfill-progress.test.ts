import { describe, expect, it } from 'vitest';
import { BackfillProgress } from '../src/commands/backfill-progress.ts';

const running = {
  id: `bf_${'0'.repeat(32)}`,
  from: 1,
  to: 1000,
  state: 'running',
  requested_at: '2026-01-01T00:00:00.000Z',
  ended_at: null,
  ledgers: 1000,
  loaded_ledgers: 500,
  visible_ledgers: 0,
  loaded_transactions: 7000,
  ledgers_per_second: 0.1,
  seconds_left: 5000,
  error: null,
} as const;
const failed = {
  ...running,
  error: { code: 'ledger_missing', message: 'found none', at: running.requested_at },
};

/** A stream that keeps what is written, and a progress on it whose time a test sets. */
function progressOn(stream: { readonly isTTY: boolean; readonly columns?: number }) {
  const written: string[] = [];
  const clock = { time: 0 };
  const output = { ...stream, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const progress = new BackfillProgress(output, { now: () => clock.time } as never);
  return { progress, written, clock };
}

describe('the progress of a backfill', () => {
  it('is a bar on a terminal, as wide as that is, and is gone at the end', () => {
    const { progress, written } = progressOn({ isTTY: true, columns: 64 });
    progress.show(running, true);
    progress.end();
    expect(written).toEqual([
      '\r[###############...............] 50.0 %, 500 of 1000 ledgers lo\u001B[K',
      '\r\u001B[K',
    ]);
  });

  it('is a line every ten seconds elsewhere, and a line for each new error', () => {
    const { progress, written, clock } = progressOn({ isTTY: false });
    progress.show(running, true);
    clock.time = 5000;
    progress.show(running, true);
    progress.show(failed, true);
    progress.show(failed, true);
    clock.time = 15_000;
    progress.show(failed, true);
    const text = '50.0 %, 500 of 1000 ledgers loaded, 0 visible, 0.1 per second, 83 min left';
    const error = `${text}; (ledger_missing) found none`;
    expect(written).toEqual([`${text}\n`, `${error}\n`, `${error}\n`]);
  });

  it('says if no worker does it', () => {
    const { progress, written } = progressOn({ isTTY: false });
    progress.show(running, false);
    expect(written.join('')).toContain('waits for a worker with the role backfill');
  });
});
