import { z } from 'zod';
import { parseCursor, type EventCursor } from '../events/cursor.ts';
import { formatPublicId, publicId } from '../public-id.ts';

/* How the API names webhooks and what belongs to them. Inside, most of them are uuids. */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const EVENT = /^evt_([0-9a-z]{1,32})_([1-9][0-9]{0,18})$/;
const DELIVERY = /^del_([1-9][0-9]{0,18})$/;
const TEST = 'evt_test_';

/** `wh_` and the digits of the uuid. */
export function formatWebhookId(uuid: string): string {
  return formatPublicId('wh', uuid);
}

/** `rp_` and the digits of the uuid. */
export function formatReplayId(uuid: string): string {
  return formatPublicId('rp', uuid);
}

/** `del_<number>`. */
export function formatDeliveryId(id: bigint): string {
  return `del_${id}`;
}

/** What the header `webhook-id` carries: the same in every attempt. */
export function formatEventId({ epoch, id }: EventCursor): string {
  return `evt_${epoch}_${id}`;
}

/** As `formatEventId`, of a delivery that tests the endpoint. */
export function formatTestEventId(uuid: string): string {
  return `${TEST}${uuid}`;
}

/** Null unless `formatEventId` can have written the text. */
export function parseEventId(text: string): EventCursor | null {
  const [, epoch, id] = EVENT.exec(text) ?? [];
  return epoch === undefined || id === undefined ? null : { epoch, id: BigInt(id) };
}

export const webhookId = publicId('wh', 'The id of a webhook.');
export const replayId = publicId('rp', 'The id of a replay.');
export const deliveryId = z.string().regex(DELIVERY).meta({ example: 'del_4711' });

export const eventId = z
  .string()
  .refine((text) => parseEventId(text) !== null || isTestEventId(text), {
    error: ({ input }) =>
      parseCursor(String(input)) === null
        ? 'expected evt_<epoch>_<id>'
        : 'found a place in the log, expected the id of an event: of <epoch>-<id> it is evt_<epoch>_<id>',
  })
  .meta({
    description: 'The id of an event as receivers get it: the header `webhook-id`.',
    example: 'evt_0f3a9c5be271_4711',
  });

function isTestEventId(text: string): boolean {
  return text.startsWith(TEST) && UUID.test(text.slice(TEST.length));
}
