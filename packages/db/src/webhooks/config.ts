import { ConfigError, parseEnv, webhookVariables, type Env } from '@stellar-insights/runtime/env';
import { SecretBox } from './secret-box.ts';

const { WEBHOOK_SECRET_KEY, WEBHOOK_SECRET_KEY_OLD } = webhookVariables;

/**
 * What opens the secrets of webhooks; undefined if no key is set.
 *
 * @throws ConfigError
 */
export function secretBoxConfig(env: Env): SecretBox | undefined {
  const { WEBHOOK_SECRET_KEY: current, WEBHOOK_SECRET_KEY_OLD: old } = parseEnv(
    { WEBHOOK_SECRET_KEY, WEBHOOK_SECRET_KEY_OLD },
    env,
  );
  if (current !== undefined) return new SecretBox({ current, old });
  if (old === undefined) return undefined;
  const expected = 'the key that new secrets are encrypted with, as WEBHOOK_SECRET_KEY_OLD is set';
  throw new ConfigError([{ name: 'WEBHOOK_SECRET_KEY', found: 'nothing', expected }]);
}
