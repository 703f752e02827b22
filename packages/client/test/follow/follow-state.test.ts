import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { describe, expect, test } from 'vitest';
import {
  initialState,
  type ConnectionReport,
  nextState,
  type FollowInput,
  type FollowState,
} from '../../src/follow/follow-state.ts';

const clock = fakeClock();

type Moment = Parameters<typeof nextState>[2];
/** A report is heard from the current connection, unless it names another. */
type Input = (ConnectionReport & { connection?: number }) | { type: 'due' | 'full' | 'drained' | 'stop' };

function apply(state: FollowState, input: Input, moment: Moment): FollowState {
  const own = ['due', 'full', 'drained', 'stop'].includes(input.type);
  return nextState(state, (own ? input : { connection: state.connections, ...input }) as FollowInput, moment);
}

function after(...inputs: readonly Input[]): FollowState {
  return inputs.reduce((state, input) => apply(state, input, clock), initialState('e-5', clock));
}

const subscribed = { type: 'subscribed' } as const;
const notice = { type: 'notice', reconnectAfterMs: 700 } as const;
const lost = { type: 'lost' } as const;
const event = (id: string) => ({ type: 'event', id }) as const;
const full = { type: 'full' } as const;

describe('the state of a follow', () => {
  test.each<[string, Input[], object]>([
    ['connects at first', [], { kind: 'connecting', connections: 1, cursor: 'e-5' }],
    ['is live once it is subscribed', [subscribed], { kind: 'live' }],
    [
      'moves its cursor with each event',
      [subscribed, event('e-6'), event('e-9')],
      { kind: 'live', cursor: 'e-9' },
    ],
    ['accepts events before the confirmation', [event('e-6'), subscribed], { kind: 'live', cursor: 'e-6' }],
    [
      'moves its cursor over what it does not follow',
      [{ type: 'reached', cursor: 'e-8' }],
      { cursor: 'e-8' },
    ],
    ['never moves its cursor back', [event('e-9'), { type: 'reached', cursor: 'e-8' }], { cursor: 'e-9' }],
    ['waits after a loss', [subscribed, lost], { kind: 'waiting', failures: 1 }],
    [
      'waits after a connection that never came',
      [lost, { type: 'due' }, lost],
      { kind: 'waiting', failures: 2 },
    ],
    [
      'forgets failures at an event',
      [lost, { type: 'due' }, event('e-6')],
      { kind: 'connecting', failures: 0 },
    ],
    [
      'gives up a connection that is not subscribed in time',
      [{ type: 'due' }],
      { kind: 'waiting', failures: 1 },
    ],
    [
      'still accepts events after a notice',
      [subscribed, notice, event('e-6')],
      { kind: 'leaving', cursor: 'e-6' },
    ],
    ['keeps the first notice', [notice, { ...notice, reconnectAfterMs: 9 }], { kind: 'leaving', dueAt: 700 }],
    [
      'waits for the moment of the notice, whenever the close comes',
      [notice, lost],
      { kind: 'waiting', dueAt: 700, failures: 0 },
    ],
    [
      'connects at the moment of the notice, even without a close',
      [notice, { type: 'due' }],
      { kind: 'connecting', connections: 2 },
    ],
    ['has no connection while the consumer is slow', [subscribed, full], { kind: 'paused' }],
    [
      'connects again once the consumer has caught up',
      [subscribed, full, { type: 'drained' }],
      { kind: 'connecting', connections: 2 },
    ],
    ['knows a consumer that was never slow', [subscribed, { type: 'drained' }], { kind: 'live' }],
    ['ends when it is stopped', [subscribed, { type: 'stop' }], { kind: 'ended', error: undefined }],
    [
      'ends once',
      [{ type: 'stop' }, event('e-6'), lost, { type: 'due' }, full],
      { kind: 'ended', cursor: 'e-5' },
    ],
    [
      'ignores a former connection',
      [lost, { type: 'due' }, { ...event('e-6'), connection: 1 }],
      { kind: 'connecting', cursor: 'e-5' },
    ],
    [
      'ignores the close of a former connection',
      [notice, { type: 'due' }, subscribed, { ...lost, connection: 1 }],
      { kind: 'live' },
    ],
    [
      'ignores what comes while it waits',
      [lost, { ...event('e-6'), connection: 1 }, { ...notice, connection: 1 }],
      { kind: 'waiting', cursor: 'e-5' },
    ],
  ])('%s', (_what, inputs, expected) => {
    expect(after(...inputs)).toMatchObject(expected);
  });

  test.each([
    ['repeats the last one', 'e-7'],
    ['is before the last one', 'e-6'],
    ['belongs to another log', 'f-9'],
    ['is no cursor', '9'],
  ])('ends with an error at an event whose id %s', (_what, id) => {
    expect(after(event('e-7'), event(id))).toMatchObject({
      kind: 'ended',
      cursor: 'e-7',
      error: { code: 'events_out_of_order' },
    });
  });

  test('compares ids as numbers', () => {
    expect(
      after(event('e-9'), event('e-10'), event('e-9007199254740993'), event('e-9007199254740994')),
    ).toMatchObject({
      cursor: 'e-9007199254740994',
    });
  });

  test('ends with an error that says where the state is', () => {
    expect(after({ type: 'resync', oldest: 'e-100', statePaths: ['/api/v1/corridors'] })).toMatchObject({
      kind: 'ended',
      error: { code: 'resync_required', cursor: 'e-5', oldest: 'e-100', statePaths: ['/api/v1/corridors'] },
    });
  });

  test('ends with the error of a server that refuses', () => {
    const error = { code: 'unknown_channel', retryable: false };
    expect(after({ type: 'refused', code: 'unknown_channel', message: 'no' })).toMatchObject({
      kind: 'ended',
      error,
    });
  });

  test('begins at the head that the server names, if no cursor was given', () => {
    const state = apply(initialState(undefined, clock), { type: 'connected', head: 'e-3' }, clock);
    expect(state.cursor).toBe('e-3');
    expect(after({ type: 'connected', head: 'e-30' }).cursor).toBe('e-5');
  });
});

describe('the pause before the next connection', () => {
  /** From the least to the most that chance can make of it. */
  function pause(...inputs: readonly Input[]): [number, number] {
    const [least, most] = [0, 0.999_999].map((chance) => {
      const moment = { now: () => 0, random: () => chance };
      const state = inputs.reduce(
        (before, input) => apply(before, input, moment),
        initialState('e-5', moment),
      );
      return 'dueAt' in state ? Math.round(state.dueAt) : Number.NaN;
    });
    return [least ?? 0, most ?? 0];
  }
  const failures = (count: number) =>
    Array.from({ length: count }, () => [lost, { type: 'due' } as const]).flat();

  test('doubles with each failure, up to 30 s, and is random', () => {
    expect(pause(lost)).toEqual([0, 250]);
    expect(pause(...failures(1), lost)).toEqual([0, 500]);
    expect(pause(...failures(4), lost)).toEqual([0, 4000]);
    expect(pause(...failures(40), lost)).toEqual([0, 30_000]);
  });

  test('is spread over two seconds if a server restarts without a notice', () => {
    expect(pause(subscribed, { type: 'lost', closeCode: 1012 })).toEqual([0, 2250]);
  });

  test('lets a slow client catch up', () => {
    expect(pause(subscribed, { type: 'lost', closeCode: 1013 })).toEqual([1000, 1250]);
  });

  test('is not shorter than the server asks', () => {
    expect(pause({ type: 'lost', retryAfterMs: 5000 })).toEqual([5000, 5000]);
  });

  test('is exactly that of the notice, which is random already', () => {
    expect(pause(subscribed, notice, { type: 'lost', closeCode: 1012 })).toEqual([700, 700]);
  });

  test('grows while connections end as soon as they are made, and not after one that held', () => {
    const now = { ms: 0 };
    const moment = { now: () => now.ms, random: () => 0.5 };
    const liveFor = (before: FollowState, ms: number): FollowState => {
      const live = apply(before, subscribed, moment);
      now.ms += ms;
      return apply(apply(live, lost, moment), { type: 'due' }, moment);
    };
    const short = [10, 10, 10].reduce(liveFor, initialState('e-5', moment));
    expect(short.failures).toBe(3);
    expect(liveFor(short, 60_000).failures).toBe(1);
  });
});
