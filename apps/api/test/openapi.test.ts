import { createLog } from '@stellar-insights/runtime/log';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import { describe, expect, test as base } from 'vitest';
import type { AccessMode } from '../src/access/access.ts';
import { createApi } from '../src/api.ts';
import { composeParts } from '../src/compose-parts.ts';
import { API_SETTINGS, READY } from './support/api-settings.ts';
import { ask } from './support/ask.ts';

interface Described {
  readonly description?: string;
}

interface Schema extends Described {
  readonly $ref?: string;
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly oneOf?: readonly Schema[];
  readonly discriminator?: { readonly mapping: Readonly<Record<string, string>> };
}

interface Response extends Described {
  readonly links?: Readonly<Record<string, { readonly operationId: string }>>;
  readonly headers?: Readonly<Record<string, Schema>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Operation extends Described {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly requestBody?: Response;
  readonly parameters?: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly description?: string;
    readonly example?: unknown;
    readonly schema: { readonly example?: unknown };
  }[];
  readonly responses: Readonly<Record<string, Response & { readonly $ref?: string }>>;
}

interface Document {
  readonly tags: readonly (Described & { readonly name: string })[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly headers: Readonly<Record<string, Described>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
}

interface Declared {
  /** Method, path and operation id. */
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const test = base
  .extend('documentIn', { scope: 'file' }, () => async (auth: AccessMode): Promise<Document> => {
    const log = createLog({ name: 'test', level: 'silent' });
    const config = { ...API_SETTINGS, auth };
    const api = createApi(composeParts({ config, services: {}, readiness: READY, clock, log }));
    return await ask<Document>(api, '/openapi.json');
  })
  .extend('document', { scope: 'file' }, async ({ documentIn }) => await documentIn('open'))
  .extend('operations', { scope: 'file' }, ({ document }): Declared[] =>
    Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        what: `${method} ${path} (${operation.operationId})`,
        method,
        path,
        operation,
      })),
    ),
  );

/** What has no text that says what it is. */
function undescribed(named: Iterable<readonly [name: string, what: Described]>): string[] {
  return [...named].filter(([, { description = '' }]) => description.trim() === '').map(([name]) => name);
}

function isList({ operation }: Declared): boolean {
  return operation.responses['200']?.content?.['text/csv'] !== undefined;
}

describe('the OpenAPI document', () => {
  test('describes each operation, parameter, body, tag, header, response and named schema', ({
    document,
    operations,
  }) => {
    const { tags, components } = document;
    expect(undescribed(operations.map(({ what, operation }) => [what, operation]))).toStrictEqual([]);
    const named = operations.flatMap(({ what, operation: { parameters = [] } }) =>
      parameters.map((parameter) => [`${what} ${parameter.name}`, parameter] as const),
    );
    expect(undescribed(named)).toStrictEqual([]);
    expect(undescribed(tags.map((tag) => [tag.name, tag]))).toStrictEqual([]);
    for (const kind of [components.headers, components.responses, components.schemas]) {
      expect(undescribed(Object.entries(kind))).toStrictEqual([]);
    }
  });

  test('has an operation id, a summary and one tag for each operation, and lists these tags', ({
    document,
    operations,
  }) => {
    for (const { what, operation } of operations) {
      expect(operation.operationId, what).toMatch(/^[a-z][A-Za-z]+$/);
      expect(operation.summary, what).not.toMatch(/^\s*$|\.$/);
      expect(operation.tags, what).toHaveLength(1);
    }
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const used = new Set(operations.flatMap(({ operation }) => operation.tags));
    expect(document.tags.map(({ name }) => name).toSorted()).toStrictEqual([...used].toSorted());
  });

  test('gives an example to each parameter that is needed, and to no other: a browser would send it', ({
    operations,
  }) => {
    for (const { what, operation } of operations) {
      for (const { name, required, example, schema } of operation.parameters ?? []) {
        const hasExample = example !== undefined || schema.example !== undefined;
        expect(hasExample, `${what} ${name}`).toBe(required);
      }
    }
  });

  test('offers each list of data as JSON, CSV and NDJSON, with the headers of a page', ({
    document,
    operations,
  }) => {
    const pages = operations.filter(({ operation }) => {
      const reference = operation.responses['200']?.content?.['application/json']?.schema.$ref;
      const fields = document.components.schemas[reference?.split('/').at(-1) ?? '']?.properties ?? {};
      return 'page' in fields && 'as_of' in fields;
    });
    expect(pages.length).toBeGreaterThan(10);
    for (const { what, operation } of pages) {
      const { content = {}, headers = {} } = operation.responses['200'] ?? {};
      expect(Object.keys(content), what).toEqual(['application/json', 'text/csv', 'application/x-ndjson']);
      for (const name of ['Link', 'X-As-Of', 'X-Log-Cursor', 'ETag'])
        expect(headers, what).toHaveProperty(name);
    }
    // What the codes mean is made from no ledger.
    const others = operations.filter((each) => isList(each) && !pages.includes(each));
    expect(others.map(({ path }) => path)).toEqual(['/api/v1/failure-reasons']);
  });

  test('declares what middleware answers to each operation: 304, 405, 406, 413, 414, 415, 429 and the rest', ({
    operations,
  }) => {
    for (const { what, method, path, operation } of operations) {
      const { responses, requestBody, security } = operation;
      const statuses = Object.keys(responses);
      const isStream = responses['200']?.content?.['text/event-stream'] !== undefined;
      const isHealth = path.startsWith('/health/');
      const expected = [
        '405',
        '414',
        'default',
        ...(isHealth ? [] : ['400', '406', '429', '500', '503', '504']),
        ...(method === 'get' && !isStream ? ['304'] : []),
        ...(method === 'get' ? [] : ['413']),
        ...(requestBody === undefined ? [] : ['415']),
        ...(security.length > 0 ? ['401', '403'] : []),
        ...(/\/\{\w+\}/.test(path) ? ['404'] : []),
      ];
      expect(statuses, what).toEqual(expect.arrayContaining(expected));
      if (security.length === 0) expect(statuses, what).not.toContain('401');
    }
  });

  test('says of each route of data how the database can fail it, and when to try again', ({
    document,
    operations,
  }) => {
    const { Unavailable, TimedOut } = document.components.responses;
    expect(Unavailable?.description).toMatch(/database_busy.*database_unavailable/);
    expect(Unavailable?.headers).toHaveProperty('Retry-After');
    expect(TimedOut?.description).toMatch(/statement_timeout.*timed_out/);
    for (const { operation } of operations.filter(({ path }) => path.startsWith('/api/'))) {
      expect(operation.responses).toMatchObject({
        503: { $ref: '#/components/responses/Unavailable' },
        504: { $ref: '#/components/responses/TimedOut' },
      });
    }
  });

  test('accepts null exactly where it can be', ({ document }) => {
    // A reference beside null in `allOf` accepts neither; in a component, null would be accepted wherever it is used.
    const { schemas } = document.components;
    const nullable = Object.entries(schemas).filter(([, { type }]) => Array.isArray(type));
    expect(nullable.map(([name]) => name)).toStrictEqual([]);
    expect(JSON.stringify(schemas)).not.toMatch(/"allOf":\[\{"\$ref":"[^"]+"\},\{"type":\[/);
  });

  test('says by which field the kinds of an object are told apart', ({ document }) => {
    const unions = unionsOf(document.components.schemas);
    expect(unions.length).toBeGreaterThan(3);
    for (const { oneOf = [], discriminator } of unions) {
      const options = oneOf.map(({ $ref }) => $ref);
      expect(options.every((option) => option !== undefined)).toBe(true);
      expect(new Set(Object.values(discriminator?.mapping ?? {}))).toStrictEqual(new Set(options));
    }
  });

  test('declares what a webhook delivers, kind by kind', ({ document }) => {
    const { requestBody } = document.webhooks['event']?.['post'] ?? {};
    const { mapping = {} } = requestBody?.content?.['application/json']?.schema.discriminator ?? {};
    const kinds = document.components.schemas['WebhookFilters']?.properties?.['events'];
    expect(kinds).toMatchObject({ items: { enum: expect.any(Array) as string[] } });
    const { items } = kinds as { readonly items: { readonly enum: readonly string[] } };
    expect(Object.keys(mapping).toSorted()).toStrictEqual(['webhook.test', ...items.enum].toSorted());
  });

  test('leads from the rows of lists to each route whose path names something', ({ operations }) => {
    const linked = operations.flatMap(({ operation }) =>
      Object.values(operation.responses['200']?.links ?? {}).map(({ operationId }) => operationId),
    );
    const named = operations.filter(({ path }) => path.includes('{'));
    expect(linked.toSorted()).toStrictEqual(named.map(({ operation }) => operation.operationId).toSorted());
  });

  test('needs a key for each route of data where reads are keyed', async ({ documentIn }) => {
    const { paths } = await documentIn('keyed');
    const open = Object.entries(paths).flatMap(([path, operations]) =>
      Object.values(operations)
        .filter(
          ({ security }) => security.length === 0 || security.some((way) => Object.keys(way).length === 0),
        )
        .map(() => path),
    );
    expect(new Set(open)).toStrictEqual(
      new Set(['/.well-known/webhook-keys.json', '/health/live', '/health/ready', '/health/startup']),
    );
  });
});

/** Every `oneOf` in the schemas. */
function unionsOf(part: unknown): Schema[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = 'oneOf' in part ? [part as Schema] : [];
  return [...own, ...Object.values(part).flatMap(unionsOf)];
}
