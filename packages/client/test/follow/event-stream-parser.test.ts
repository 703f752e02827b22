import { seed } from '@stellar-insights/devstack/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventStreamParser, type StreamEvent } from '../../src/follow/event-stream-parser.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The events of a stream that comes in these pieces. */
function parse(...pieces: readonly Uint8Array[]): { events: StreamEvent[]; lastEventId: string } {
  const parser = new EventStreamParser();
  const events = pieces.flatMap((piece) => parser.push(piece));
  return { events, lastEventId: parser.lastEventId };
}

const message = (data: string): StreamEvent => ({ type: 'message', data });

describe('an event stream', () => {
  test.each([
    ['an event ends with an empty line', 'data: a\n\ndata: b\n\n', [message('a'), message('b')]],
    ['an unfinished event is no event', 'data: a\n\ndata: b\n', [message('a')]],
    ['lines of data are joined by LF', 'data: a\ndata: b\ndata\n\n', [message('a\nb\n')]],
    ['lines end with CRLF, CR or LF', 'data: a\r\n\r\ndata: b\r\rdata: c\n\n', ['a', 'b', 'c'].map(message)],
    [
      'one space after the colon is no part of the value',
      'data:  a\n\ndata:b\n\n',
      [message(' a'), message('b')],
    ],
    ['a comment is nothing', ': beat\n\n:\ndata: a\n\n', [message('a')]],
    [
      'an event has the type that it names',
      'event: x\ndata: a\n\ndata: b\n\n',
      [{ type: 'x', data: 'a' }, message('b')],
    ],
    ['an event without data is nothing', 'event: x\nid: 1\n\ndata: b\n\n', [message('b')]],
    ['an unknown field is nothing', 'retry: 10\nhello\ndata: a\n\n', [message('a')]],
    ['a byte order mark is nothing', '\uFEFFdata: a\n\n', [message('a')]],
  ])('%s', (_what, text, events) => {
    expect(parse(bytesOf(text)).events).toEqual(events);
  });

  test('names the last id once its event has ended, also one without data', () => {
    expect(parse(bytesOf('id: 1\ndata: a\n\nid: 2\n\n')).lastEventId).toBe('2');
    expect(parse(bytesOf('id: 1\ndata: a\n\nid: 2\ndata: b\n')).lastEventId).toBe('1');
    expect(parse(bytesOf('id: 1\ndata: a\n\nid: 2\0\n\n')).lastEventId).toBe('1');
  });

  test('means the same wherever its pieces end, within a character or between CR and LF too', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '',
        'data: é🙂',
        'data',
        'data:x',
        'event: e',
        'id: 7',
        ': c',
        'id',
        'zz: 1',
        '\uFEFFdata: b',
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => `data: ${text.replaceAll(/[\r\n]/g, '')}`),
    );
    const stream = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r', '\r\n')), { maxLength: 30 })
      .map((lines) => bytesOf(lines.flat().join('')));
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(stream, cuts, (bytes, shares) => {
        const ends = shares.map((share) => Math.floor(share * bytes.length)).toSorted((a, b) => a - b);
        const pieces = [0, ...ends].map((start, place) => bytes.subarray(start, ends[place]));
        const whole = parse(bytes);
        expect(parse(...pieces)).toEqual(whole);
        expect(parse(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
      }),
      { seed: seed() },
    );
  });

  test('is refused when an event grows without end, on one line or on many', () => {
    const long = bytesOf('x'.repeat(1_000_000));
    const refused = expect.objectContaining({ code: 'malformed_stream' }) as Error;
    expect(() => parse(bytesOf('data: '), ...Array.from({ length: 5 }, () => long))).toThrow(refused);
    const lines = Array.from({ length: 5 }, () => bytesOf(`data: ${'x'.repeat(1_000_000)}\n`));
    expect(() => parse(...lines)).toThrow(refused);
  });
});
