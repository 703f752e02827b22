import { secretBoxConfig, type SecretBox } from '@stellar-insights/db/webhooks';
import { allowedNetworksConfig, type Network } from '@stellar-insights/outbound';
import { collectFaults, defineEnv, parseEnv, type Env } from '@stellar-insights/runtime/env';
import { isIP } from 'node:net';
import { z } from 'zod';
import { retrySchedule, type RetrySchedule } from './retry-schedule.ts';

/** `address:port`, or an address, of each name server. */
const nameServers = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine((servers) => servers.every(isNameServer))
  .describe('addresses of name servers, each with or without a port, e.g. 10.0.0.2,[fd00::2]:5353');

export const webhookDispatchVariables = defineEnv({
  WEBHOOK_RETRY_SCHEDULE: {
    schema: retrySchedule,
    description:
      'How long to wait after each failed attempt to deliver an event to a webhook, ±20 %. The circuit breaker of an endpoint waits as long, five minutes at most.',
  },
  WEBHOOK_TIMEOUT: {
    schema: z.coerce.number().min(1).max(60).default(15),
    description: 'Seconds that a receiver of webhooks has for its whole answer.',
  },
  WEBHOOK_ATTEMPTS_DAYS: {
    schema: z.coerce.number().int().min(1).max(365).default(7),
    description: 'Days for which the attempts to deliver to webhooks are kept.',
  },
  OUTBOUND_DNS_SERVERS: {
    schema: nameServers.optional(),
    description:
      'Name servers that addresses of webhooks and of anchors are asked of, separated by commas. If not set, those of the system.',
    example: '10.0.0.2,10.0.0.3:5353',
  },
});

export interface WebhookDispatchConfig {
  readonly schedule: RetrySchedule;
  readonly timeoutMs: number;
  readonly attemptsDays: number;
  /** Opens the secrets of webhooks; undefined if no key is set. */
  readonly secretBox: SecretBox | undefined;
  readonly allowedNetworks: readonly Network[];
  readonly nameServers: readonly string[] | undefined;
}

/** @throws ConfigError with every fault */
export function webhookDispatchConfig(env: Env): WebhookDispatchConfig {
  return collectFaults((part) => {
    const values = part(() => parseEnv(webhookDispatchVariables, env));
    const secretBox = part(() => [secretBoxConfig(env)]);
    const allowedNetworks = part(() => allowedNetworksConfig(env));
    return (
      values &&
      secretBox &&
      allowedNetworks && {
        schedule: values.WEBHOOK_RETRY_SCHEDULE,
        timeoutMs: values.WEBHOOK_TIMEOUT * 1000,
        attemptsDays: values.WEBHOOK_ATTEMPTS_DAYS,
        secretBox: secretBox[0],
        allowedNetworks,
        nameServers: values.OUTBOUND_DNS_SERVERS,
      }
    );
  });
}

function isNameServer(text: string): boolean {
  const [, ipv6, ipv4] =
    /^(?:\[([0-9a-f:.]+)\](?::[0-9]{1,5})?|([0-9.]+)(?::[0-9]{1,5})?)$/i.exec(text) ?? [];
  return isIP(text) !== 0 || isIP(ipv6 ?? ipv4 ?? '') !== 0;
}
