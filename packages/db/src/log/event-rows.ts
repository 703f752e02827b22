import type { NewEvent } from './append-events.ts';

/*
 * How a row of the log holds events: as a JSON array in which each event has two lines, so that a reader finds its parts without
 * parsing all of it. JSON has a line break only between tokens.
 *
 *     [
 *     {"event":"payment.created","channels":["payments"],
 *     "data":{…}},
 *     …
 *     ]
 */

/**
 * The most events of a row. A row is read and parsed as a whole, also for one event; a small ledger has one row, and a large one
 * several.
 */
export const EVENTS_A_ROW = 500;

/** The most events of a row that any build has written: so a reader knows where the row may begin that holds an id. */
export const MOST_IN_ROW = 10_000;

/** An event as it was appended. */
export interface LoggedEvent {
  readonly id: bigint;
  /** Its kind. */
  readonly event: string;
  readonly channels: readonly string[];
  /** JSON, as it was appended: nobody needs to serialize it again. */
  readonly data: string;
}

type OlderEvent = Pick<NewEvent, 'event' | 'channels'> & { readonly data?: unknown };

const DATA = '"data":';

/** JSON. */
export function encodeRow(events: readonly NewEvent[]): string {
  const lines = events.map(
    ({ event, channels, data }) =>
      `{"event":${JSON.stringify(event)},"channels":${JSON.stringify(channels)},\n"data":${JSON.stringify(data)}}`,
  );
  return `[\n${lines.join(',\n')}\n]`;
}

/** The events of a row from one id to another, both included, as far as the row has them. */
export function eventsOfRow(
  { firstId, events }: { readonly firstId: bigint; readonly events: string },
  from: bigint,
  to: bigint,
): LoggedEvent[] {
  const first = from > firstId ? Number(from - firstId) : 0;
  const end = Math.max(0, Number(to - firstId) + 1);
  const id = (place: number): bigint => firstId + BigInt(place);
  if (!events.startsWith('[\n')) {
    // Of an older build.
    const parsed = (JSON.parse(events) as OlderEvent[]).slice(first, end);
    return parsed.map(({ event, channels, data }, place) => ({
      id: id(first + place),
      event,
      channels,
      data: JSON.stringify(data ?? null),
    }));
  }
  const lines = events.split('\n');
  const count = (lines.length - 2) / 2;
  const found: LoggedEvent[] = [];
  for (let place = first; place < end && place < count; place++) {
    const [head = '', data = ''] = [lines[2 * place + 1], lines[2 * place + 2]];
    const { event, channels } = JSON.parse(`${head.slice(0, -1)}}`) as Pick<NewEvent, 'event' | 'channels'>;
    found.push({
      id: id(place),
      event,
      channels,
      data: data.slice(DATA.length, place + 1 < count ? -2 : -1),
    });
  }
  return found;
}
