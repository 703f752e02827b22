import { secretBoxConfig, type SecretBox } from '@stellar-insights/db/webhooks';
import { allowedNetworksConfig, type Network } from '@stellar-insights/outbound';
import { defineEnv, parseEnv, type Env } from '@stellar-insights/runtime/env';
import { z } from 'zod';

export const webhookApiVariables = defineEnv({
  WEBHOOKS_PER_OWNER: {
    schema: z.coerce.number().int().min(0).max(100_000).default(100),
    description: 'How many webhooks an owner of API keys can have.',
  },
});

/** What the operator has decided about webhooks. */
export interface WebhookSettings {
  /** Undefined: there is no key to encrypt secrets with, and no webhook can be created. */
  readonly secretBox: SecretBox | undefined;
  /** Networks that webhooks may lead to besides public ones. */
  readonly allowedNetworks: readonly Network[];
  /** The most webhooks of an owner. */
  readonly mostPerOwner: number;
}

/** @throws ConfigError */
export function webhookSettings(env: Env): WebhookSettings {
  return {
    secretBox: secretBoxConfig(env),
    allowedNetworks: allowedNetworksConfig(env),
    mostPerOwner: parseEnv(webhookApiVariables, env).WEBHOOKS_PER_OWNER,
  };
}
