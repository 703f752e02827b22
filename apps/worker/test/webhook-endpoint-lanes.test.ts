import { describe, expect, test } from 'vitest';
import { EndpointLanes, type DueLane } from '../src/webhooks/endpoint-lanes.ts';

const UNTIL = 1_000_000;

function lane(webhookId: string, changes: Partial<DueLane> = {}): DueLane {
  return { webhookId, concurrency: 10, ratePerSecond: null, isHalfOpen: false, ...changes };
}

/** Endpoints whose receivers answer in 10 ms, and one clock. */
class Bench {
  readonly lanes: EndpointLanes;
  now = 0;
  #next = 0n;
  readonly #underWay: {
    readonly id: bigint;
    readonly webhookId: string;
    readonly since: number;
    readonly endsAt: number;
  }[] = [];

  constructor(atOnce: number) {
    this.lanes = new EndpointLanes(atOnce);
  }

  /** Hands out what the endpoints may have; each attempt takes so long. Returns how many each got. */
  share(
    due: readonly DueLane[],
    latencyMs: (webhookId: string) => number = () => 10,
  ): Record<string, number> {
    const shares: Record<string, number> = {};
    for (const { webhookId, limit } of this.lanes.share(due, this.now)) {
      shares[webhookId] = limit;
      for (let count = 0; count < limit; count++) {
        const id = this.#next++;
        this.lanes.began(id, webhookId, { now: this.now, until: UNTIL });
        this.#underWay.push({ id, webhookId, since: this.now, endsAt: this.now + latencyMs(webhookId) });
      }
    }
    return shares;
  }

  /** Time passes, and attempts end. Returns how many of each endpoint have. */
  pass(ms: number): Record<string, number> {
    const ended: Record<string, number> = {};
    this.now += ms;
    for (const attempt of this.#underWay.filter(({ endsAt }) => endsAt <= this.now)) {
      this.#underWay.splice(this.#underWay.indexOf(attempt), 1);
      this.lanes.ended(attempt.id, this.now - attempt.since);
      ended[attempt.webhookId] = (ended[attempt.webhookId] ?? 0) + 1;
    }
    return ended;
  }
}

describe('the lanes of endpoints', () => {
  test('share what is free one by one, in turn', () => {
    const bench = new Bench(10);
    for (const id of ['a', 'b', 'c']) bench.share([lane(id, { concurrency: 1 })]);
    bench.pass(10);
    expect(bench.share([lane('a'), lane('b'), lane('c', { concurrency: 2 })])).toEqual({ a: 4, b: 4, c: 2 });
    expect(bench.share([lane('a')])).toEqual({});
  });

  test('give an endpoint no more attempts at once than its concurrency, and one while its breaker is half-open', () => {
    const bench = new Bench(100);
    expect(bench.share([lane('a', { concurrency: 3 }), lane('b', { isHalfOpen: true })])).toEqual({
      a: 3,
      b: 1,
    });
    expect(bench.lanes.full()).toEqual(['a', 'b']);
    expect(bench.share([lane('a', { concurrency: 3 }), lane('b', { isHalfOpen: true })])).toEqual({});
    bench.pass(10);
    expect(bench.lanes.full()).toEqual([]);
    expect(bench.share([lane('a', { concurrency: 3 })])).toEqual({ a: 3 });
  });

  test('give an endpoint no more attempts per second than its rate', () => {
    const bench = new Bench(1000);
    const limited = [lane('a', { concurrency: 50, ratePerSecond: 5 })];
    let attempts = 0;
    for (let time = 0; time < 10_000; time += 100) {
      attempts += bench.share(limited)['a'] ?? 0;
      expect(bench.lanes.waitsForRate).toBe(true);
      bench.pass(100);
    }
    expect(attempts).toBeGreaterThanOrEqual(50);
    expect(attempts).toBeLessThanOrEqual(55);
  });

  test('let neither one that stalls nor one with a million pending delay another', () => {
    const bench = new Bench(64);
    const due = [
      ...Array.from({ length: 100 }, (_, place) => lane(`stalls-${place}`)),
      lane('backlog', { concurrency: 50 }),
      lane('quick'),
    ];
    const latencyMs = (id: string): number => (id.startsWith('stalls') ? 15_000 : 10);
    const done: Record<string, number> = {};
    // Once it is known who is slow.
    for (let time = 0; time < 90_000; time += 10) {
      bench.share(due, latencyMs);
      for (const [id, count] of Object.entries(bench.pass(10))) {
        if (time >= 60_000) done[id] = (done[id] ?? 0) + count;
      }
    }
    const quick = done['quick'] ?? 0;
    // A quarter of 64 is for those two, 100 times a second.
    expect(quick).toBeGreaterThan(3000 * 7);
    expect(done['backlog']).toBeGreaterThan(3000 * 7);
  });

  test('forget attempts that nobody reports when their claim is over, and a report that comes twice', () => {
    const lanes = new EndpointLanes(10);
    lanes.share([lane('a')], 0);
    lanes.began(1n, 'a', { now: 0, until: 500 });
    lanes.began(2n, 'a', { now: 0, until: 1500 });
    expect(lanes.olderThan(1)).toEqual([1n, 2n]);
    expect(lanes.expire(1000)).toBe(1);
    lanes.ended(2n, 5);
    lanes.ended(2n, 5);
    expect(lanes.underWay).toBe(0);
  });
});
