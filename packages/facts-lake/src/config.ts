import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfigError, defineEnv, parseEnv, type ConfigFault, type Env } from '@stellar-insights/runtime/env';
import { z } from 'zod';
import { FolderStore } from './stores/folder-store.ts';
import type { ObjectStore } from './stores/object-store.ts';
import type { S3Location } from './stores/s3-client.ts';
import { S3Store } from './stores/s3-store.ts';

/** Where a facts lake lies. */
export type FactsLakeConfig = FolderLocation | ({ readonly type: 's3' } & S3Location);

interface FolderLocation {
  readonly type: 'folder';
  /** The folder as a URL. */
  readonly name: string;
  readonly folder: string;
}

const lakeUrl = z
  .string()
  .transform((text, context) => {
    const place = parseLakeUrl(text);
    if (place !== null) return place;
    context.addIssue('not such a URL');
    return z.NEVER;
  })
  .describe('file:///FOLDER, or s3://BUCKET/PREFIX of letters, digits and . _ - = /');

const endpointUrl = z
  .url({ protocol: /^https?$/ })
  .transform((text) => new URL(text))
  .refine(({ username, password }) => username === '' && password === '')
  .describe('an http(s) URL without a user name and password, for which there is AWS_ACCESS_KEY_ID');

/** The names of the last five are those that tools for S3 use. */
export const factsLakeVariables = defineEnv({
  FACTS_LAKE_URL: {
    schema: lakeUrl.optional(),
    // It has none, but one that is refused may have them in the wrong place.
    secret: true,
    description:
      'The facts lake: a folder, or a bucket of an S3-compatible server. If not set, nothing is exported.',
    example: 's3://insights-facts/pubnet',
  },
  AWS_ENDPOINT_URL_S3: {
    schema: endpointUrl.optional(),
    // As of FACTS_LAKE_URL.
    secret: true,
    description: 'The S3-compatible server of FACTS_LAKE_URL. If not set, it is that of AWS in AWS_REGION.',
    example: 'http://localhost:9000',
  },
  AWS_REGION: {
    schema: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .default('us-east-1'),
    description: 'The region of the bucket in FACTS_LAKE_URL. Some servers call theirs auto.',
  },
  AWS_ACCESS_KEY_ID: {
    schema: z.string().optional(),
    description:
      'The access key for the bucket in FACTS_LAKE_URL. It may list, read, write and delete its objects.',
    secret: true,
    example: 'AKIDEXAMPLE',
  },
  AWS_SECRET_ACCESS_KEY: {
    schema: z.string().optional(),
    description: 'The secret of AWS_ACCESS_KEY_ID.',
    secret: true,
    example: 'secret',
  },
  AWS_SESSION_TOKEN: {
    schema: z.string().optional(),
    description: 'The session token of AWS_ACCESS_KEY_ID, if it is a temporary one.',
    secret: true,
    example: 'token',
  },
});

/**
 * Null if FACTS_LAKE_URL is not set.
 *
 * @throws ConfigError with every fault
 */
export function factsLakeConfig(env: Env): FactsLakeConfig | null {
  const values = parseEnv(factsLakeVariables, env);
  const { FACTS_LAKE_URL: place, AWS_REGION: region, AWS_ENDPOINT_URL_S3: endpoint } = values;
  if (place === undefined) return null;
  if (place.type === 'folder') return place;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = values;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new ConfigError(
      missing({ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }),
    );
  }
  return {
    ...place,
    region,
    endpoint: endpoint ?? new URL(`https://s3.${region}.amazonaws.com`),
    credentials: { accessKeyId, secretAccessKey, sessionToken: values.AWS_SESSION_TOKEN },
  };
}

/** The store has to be disposed of. */
export function openObjectStore(config: FactsLakeConfig): ObjectStore {
  return config.type === 'folder' ? new FolderStore(config.folder) : new S3Store(config);
}

type LakePlace = FolderLocation | ({ readonly type: 's3' } & Pick<S3Location, 'name' | 'bucket' | 'prefix'>);

function parseLakeUrl(text: string): LakePlace | null {
  const url = URL.parse(text);
  if (url === null || url.search !== '' || url.hash !== '') return null;
  if (url.protocol === 'file:' && url.host === '') {
    const folder = resolve(fileURLToPath(url));
    return { type: 'folder', name: pathToFileURL(folder).href, folder };
  }
  const [, bucket = '', path = ''] = /^s3:\/\/([a-z0-9.-]{3,63})(?:\/(.*))?$/.exec(text) ?? [];
  const segments = path.split('/').filter((segment) => segment !== '');
  if (bucket === '' || !segments.every((segment) => /^[\w=-][\w.=-]*$/.test(segment))) return null;
  const prefix = segments.map((segment) => `${segment}/`).join('');
  return { type: 's3', name: `s3://${bucket}/${prefix}`, bucket, prefix };
}

function missing(values: Readonly<Record<string, string | undefined>>): ConfigFault[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined
      ? [{ name, found: 'nothing', expected: 'the credentials for the bucket in FACTS_LAKE_URL' }]
      : [],
  );
}
