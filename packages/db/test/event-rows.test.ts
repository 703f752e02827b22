import { ledgerEvents } from '@stellar-insights/wire';
import { firstOf, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { expect, it } from 'vitest';
import { encodeRow, eventsOfRow } from '../src/log/event-rows.ts';
import type { NewEvent } from '../src/log/index.ts';
import { loggedAfter } from './logged-events.ts';

const STRANGE: NewEvent[] = [
  { event: 'e', channels: [], data: {} },
  { event: 'line\nbreak', channels: ['a\n"data":', '],'], data: { text: '}},\n{"event":"x"\r\u2028\u0000' } },
  { event: 'ü', channels: ['送金', '\\'], data: ['\ud800', { nested: [null, 1e21, ''] }] },
];
const EVENTS: readonly NewEvent[] = [...STRANGE, ...ledgerEvents(firstOf(simulatedLedgers(1))), ...STRANGE];

const logged = loggedAfter(99n, EVENTS);
const LAST = 99n + BigInt(EVENTS.length);

it('a row is JSON, with the events that were encoded', () => {
  expect(JSON.parse(encodeRow(EVENTS))).toEqual(EVENTS);
});

it.each([
  ['this build', encodeRow(EVENTS)],
  ['a build before rows had lines', JSON.stringify(EVENTS)],
])('any part of a row of %s is read as it was appended', (_, events) => {
  const row = { firstId: 100n, events };
  expect(eventsOfRow(row, 0n, 10_000n)).toStrictEqual(logged);
  for (const [from, to] of [
    [100n, 100n],
    [101n, 103n],
    [LAST - 1n, LAST],
    [LAST, LAST + 5n],
  ] as const) {
    expect(eventsOfRow(row, from, to)).toStrictEqual(logged.filter(({ id }) => id >= from && id <= to));
  }
  expect(eventsOfRow(row, 50n, 99n)).toStrictEqual([]);
  expect(eventsOfRow(row, LAST + 1n, LAST + 5n)).toStrictEqual([]);
});
