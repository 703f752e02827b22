import { z } from 'zod';
import { time } from '../scalars.ts';
import { page } from './answer.ts';
import { pagingParameters } from './parameters.ts';

const MAX_SECONDS = 3650 * 86_400;
const DAY_SECONDS = 86_400;

const scope = z.enum(['read', 'webhooks', 'admin']).meta({
  description: 'What a key allows: `read` the data, manage `webhooks` of its owner, or everything (`admin`).',
});

const owner = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/, 'expected 1 to 64 of a-z, 0-9 and -')
  .meta({ description: 'The customer. What a key creates belongs to its owner.', example: 'acme' });

const name = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => !/\p{Cc}/u.test(text), 'expected no control characters')
  .meta({ description: 'What the key is for.', example: 'ci' });

const keyId = z
  .string()
  .regex(/^key_[0-9a-z]{26}$/, 'expected the id of a key')
  .meta({ description: 'The id of a key.', example: 'key_00lq2k3v9a0123456789abcdef' });

const secret = z
  .string()
  .regex(/^si_live_[0-9a-z]{8}_[0-9A-Za-z]{43}$/)
  .meta({ description: 'The key itself. No other answer has it: only its hash is stored.' });

const requestsPerMinute = z
  .int()
  .min(0)
  .max(10_000_000)
  .nullable()
  .meta({ description: 'How many requests a minute; null: as many as any key; 0: without a limit.' });

const apiKey = z
  .object({
    id: keyId,
    owner,
    name,
    scopes: z.array(scope),
    requests_per_minute: requestsPerMinute,
    state: z.enum(['valid', 'expired', 'revoked']),
    created_at: time,
    expires_at: time.nullable(),
    revoked_at: time.nullable(),
    last_used_at: time.nullable(),
    secrets: z.array(z.object({ prefix: z.string(), expires_at: time.nullable() })),
  })
  .meta({
    id: 'ApiKey',
    description:
      'A key without its secrets. `secrets` are those that are valid, newest first: several while the key rotates, `expires_at` being the end of the overlap. A key begins with `si_live_` and the `prefix`. `last_used_at` is rounded down to the minute.',
  });

export const apiKeyAnswer = z.object({ data: apiKey });
export const issuedApiKey = z.object({ data: apiKey, secret });
export const apiKeyList = z.object({ data: z.array(apiKey), page });

export const newApiKey = z.strictObject({
  owner,
  name,
  scopes: z.array(scope).min(1).max(3),
  requests_per_minute: requestsPerMinute.default(null),
  expires_in_seconds: z
    .int()
    .min(1)
    .max(MAX_SECONDS)
    .optional()
    .meta({ description: 'How long the key is valid; if not set, until it is revoked.' }),
});

export const rotateApiKey = z.strictObject({
  overlap_seconds: z
    .int()
    .min(0)
    .max(MAX_SECONDS)
    .default(DAY_SECONDS)
    .meta({ description: 'How long the secrets that the key has stay valid; 0 ends them at once.' }),
});

export const apiKeyParameters = z.strictObject({ key_id: keyId });
export const apiKeysQuery = z.strictObject({ owner: owner.optional(), ...pagingParameters });

const accessToken = z
  .object({
    token: z.string().regex(/^si_token_[0-9A-Za-z]{43}$/),
    expires_at: time,
  })
  .meta({ id: 'AccessToken', description: 'Opens one stream, until it expires.' });

export const issuedToken = z.object({ data: accessToken });

export type Scope = z.infer<typeof scope>;
export type ApiKey = z.infer<typeof apiKey>;
export type ApiKeyAnswer = z.infer<typeof apiKeyAnswer>;
export type IssuedApiKey = z.infer<typeof issuedApiKey>;
export type ApiKeyList = z.infer<typeof apiKeyList>;
export type ApiKeysQuery = z.infer<typeof apiKeysQuery>;
export type IssuedToken = z.infer<typeof issuedToken>;
