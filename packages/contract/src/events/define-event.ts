import { z } from 'zod';
import { CHANNEL, type Channel } from './channels.ts';

/** The name of a channel. */
export const channel = z
  .string()
  .max(256)
  .regex(
    CHANNEL,
    'expected the name of a channel, e.g. all, payments, corridor:{source}/{dest}, account:{G…}, pool:{64 lower-case hex digits}, anchor:{id in lower case}',
  )
  .meta({ description: 'The name of a channel.', example: 'payments' }) as unknown as z.ZodType<
  Channel,
  string
>;

/**
 * Declares an event: its name, what it means, its data, and the channels that it is in besides `all`. The event log holds the
 * JSON of `schema`, which `create` makes. In the OpenAPI document the data of `payment.created` is `PaymentCreated`.
 */
export function defineEvent<const Name extends string, Data extends z.ZodType>(
  name: Name,
  description: string,
  data: Data,
  channelsOf: (data: z.output<Data>) => readonly Channel[],
) {
  return {
    schema: z
      .object({
        event: z.literal(name),
        channels: z.array(channel),
        data: data.meta({ id: nameInDocument(name), description }),
      })
      .meta({ description }),
    create: (content: z.output<Data>) => ({
      event: name,
      channels: [...new Set(channelsOf(content))],
      data: content,
    }),
  };
}

/** The name that the OpenAPI document has for what belongs to an event, such as `PaymentCreated` for `payment.created`. */
export function nameInDocument(event: string): string {
  return event.replaceAll(/(?:^|[._])([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
