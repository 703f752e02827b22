import { z } from 'zod';
import { defineEnv } from './declarations.ts';

const KEY_BYTES = 32;

const secretKey = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine(({ length }) => length === KEY_BYTES)
  .optional()
  .describe('32 random bytes in base64: openssl rand -base64 32');

/** What processes need that manage webhooks or deliver to them. */
export const webhookVariables = defineEnv({
  WEBHOOK_SECRET_KEY: {
    schema: secretKey,
    description:
      'What the secrets of webhooks are encrypted with in the database: 32 random bytes in base64. Give all processes the same key. If not set, no webhook can be created.',
    secret: true,
  },
  WEBHOOK_SECRET_KEY_OLD: {
    schema: secretKey,
    description:
      'The key of before while WEBHOOK_SECRET_KEY is changed: secrets that it encrypted can still be read. New ones never use it.',
    secret: true,
  },
  OUTBOUND_ALLOWED_NETWORKS: {
    schema: z.string().default('').describe('a comma-separated list of networks such as 10.0.0.0/8'),
    description:
      'Networks that requests to addresses which users name may reach besides public ones, and over http too. Empty: none.',
  },
});
