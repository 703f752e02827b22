import { secretBoxConfig, type SecretBox } from '@stellar-insights/db/webhooks';
import { NetworkListError, parseNetworks, type Network } from '@stellar-insights/outbound';
import { ConfigError, defineEnv, parseEnv, webhookVariables, type Env } from '@stellar-insights/runtime/env';
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

const { OUTBOUND_ALLOWED_NETWORKS } = webhookVariables;

/** @throws ConfigError */
export function webhookSettings(env: Env): WebhookSettings {
  const secretBox = secretBoxConfig(env);
  const values = parseEnv({ OUTBOUND_ALLOWED_NETWORKS, ...webhookApiVariables }, env);
  return {
    secretBox,
    allowedNetworks: networksOf(values.OUTBOUND_ALLOWED_NETWORKS),
    mostPerOwner: values.WEBHOOKS_PER_OWNER,
  };
}

/** @throws ConfigError */
function networksOf(text: string): readonly Network[] {
  try {
    return parseNetworks(text);
  } catch (error) {
    if (!(error instanceof NetworkListError)) throw error;
    const expected = 'a comma-separated list of networks such as 10.0.0.0/8';
    throw new ConfigError([{ name: 'OUTBOUND_ALLOWED_NETWORKS', found: text, expected }]);
  }
}
