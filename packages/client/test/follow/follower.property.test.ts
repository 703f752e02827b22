import { seed } from '@stellar-insights/devstack/vitest';
import { fakeClock } from '@stellar-insights/lifecycle/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Follower } from '../../src/follow/follower.ts';
import { ALL } from '../../src/index.ts';
import { FakeServer } from './fake-server.ts';

const RUNS = process.env['TEST_FULL'] ? 3000 : 500;

/** What a network and a server may do, in any order. `late` is by the connection before the last one. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ append: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 4, arbitrary: fc.record({ wait: fc.integer({ min: 1, max: 3000 }) }) },
  { weight: 3, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 20 }) }) },
  fc.record({ lose: fc.constantFrom(1000, 1006, 1012, 1013) }),
  fc.record({
    notice: fc.integer({ min: 0, max: 2000 }),
    thenLoseAfter: fc.option(fc.integer({ max: 3000, min: 0 })),
  }),
  fc.record({ loseThenNotice: fc.integer({ min: 0, max: 2000 }) }),
  fc.record({ late: fc.constantFrom('event', 'loss', 'notice', 'reached') }),
  fc.record({ reach: fc.constant(true) }),
  fc.record({ freeze: fc.constant(true) }),
  fc.record({ up: fc.boolean() }),
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

test('whatever connections do, the ids delivered are those of the log, in order, once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.option(fc.nat(5)),
      fc.integer({ min: 1, max: 8 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      async (steps, start, bufferSize, chance) => {
        const clock = fakeClock({ random: () => chance.next().value ?? 0 });
        const server = new FakeServer(clock);
        server.append(5);
        const follower = new Follower({
          transport: server.transport,
          channels: [ALL],
          after: start === null ? undefined : `e1-${start}`,
          signal: undefined,
          bufferSize,
          onState: undefined,
          clock,
        });
        const taken: string[] = [];
        let asking: Promise<unknown> | undefined;
        /** Takes events as they come, at most so many; leaves one call of `next` open. */
        const take = async (count: number): Promise<void> => {
          for (let each = 0; each < count; each += 1) {
            asking ??= follower.next().then(({ value }) => {
              taken.push(value?.id ?? 'the end');
              asking = undefined;
              return undefined;
            });
            await clock.advance(0);
            if (asking !== undefined) return;
          }
        };
        // Without a cursor it follows from the head that the first connection finds.
        await take(1);
        await clock.advance(50);
        const begin = start ?? 5;
        for (const each of steps) await perform(each, server, clock, take);

        server.up = true;
        for (let round = 0; round < 400 && taken.length < server.ids.length - begin; round += 1) {
          await clock.advance(1000);
          await take(bufferSize);
        }
        expect(taken).toEqual(server.ids.slice(begin));
        await follower.return();
      },
    ),
    { seed: seed(), numRuns: RUNS },
  );
});

async function perform(
  each: Step,
  server: FakeServer,
  clock: ReturnType<typeof fakeClock>,
  take: (count: number) => Promise<void>,
): Promise<void> {
  const { current } = server;
  if ('append' in each) server.append(each.append);
  if ('wait' in each) await clock.advance(each.wait);
  if ('take' in each) await take(each.take);
  if ('lose' in each) current?.lose(each.lose);
  if ('notice' in each) {
    current?.notice(each.notice);
    if (each.thenLoseAfter !== null) clock.after(each.thenLoseAfter, () => current?.lose(1012));
  }
  if ('loseThenNotice' in each) {
    current?.lose(1012);
    current?.notice(each.loseThenNotice);
  }
  if ('late' in each) sendLate(each.late, server);
  if ('reach' in each) current?.reach();
  if ('freeze' in each && current) current.silent = true;
  if ('up' in each) server.up = each.up;
}

function sendLate(what: string, server: FakeServer): void {
  const former = server.connections.at(-2);
  if (what === 'event') former?.deliver(server.ids.at(-1) ?? '');
  if (what === 'loss') former?.lose(1006);
  if (what === 'notice') former?.notice(0);
  if (what === 'reached') former?.reach();
}
