import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import { beforeEach, describe, expect, it } from 'vitest';

const clock = fakeClock();
let lines: unknown[] = [];
const log = { info: unexpected, error: unexpected, warn: (facts: object) => lines.push(facts) };
const away = new Error('Redis is away');
const slow = new Error('Redis is slow');

function unexpected(): never {
  throw new Error('a reminder only warns');
}

describe('an error that keeps occurring', () => {
  beforeEach(() => {
    lines = [];
  });

  it('is logged once, and then once a minute', async () => {
    const reminder = new ErrorReminder(log, { queue: 'q' }, clock);
    for (let second = 0; second <= 120; second++) {
      reminder.occurred(away);
      await clock.advance(1000);
    }
    expect(lines).toEqual([0, 1, 2].map(() => ({ queue: 'q', err: away })));
  });

  it('is logged at once if it is another error, and each of several that alternate once a minute', async () => {
    const reminder = new ErrorReminder(log, {}, clock);
    for (let second = 0; second <= 60; second++) {
      for (const error of [away, away, slow]) reminder.occurred(error);
      await clock.advance(1000);
    }
    expect(lines).toEqual([away, slow, away, slow].map((err) => ({ err })));
  });

  it('is logged at most a hundred times a minute if each error is another one', async () => {
    const reminder = new ErrorReminder(log, {}, clock);
    for (let job = 0; job < 10_000; job++) reminder.occurred(new Error(`job ${job} is lost`));
    expect(lines.length).toBeLessThanOrEqual(101);
    await clock.advance(60_000);
    reminder.occurred(away);
    expect(lines.at(-1)).toEqual({ err: away });
  });

  it('is logged at once if the trouble was over in between', () => {
    const reminder = new ErrorReminder(log, {}, clock);
    reminder.occurred(away);
    reminder.over();
    reminder.occurred(away);
    expect(lines).toHaveLength(2);
  });
});
