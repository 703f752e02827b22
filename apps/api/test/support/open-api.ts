import { problem } from '@stellar-insights/contract';
import { expect } from 'vitest';
import { z } from 'zod';
import { ask, type Api } from './ask.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: { readonly enum?: readonly string[] };
}

interface Operation {
  readonly operationId: string;
  readonly security: Route['security'];
  readonly requestBody?: unknown;
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, Declared | Reference>>;
}

/** What is declared of one answer. */
interface Declared {
  readonly headers?: Readonly<Record<string, object>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface Reference {
  readonly $ref: string;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses: Readonly<Record<string, Declared>>;
  };
}

export interface Route {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  /** The name of the operation. */
  readonly name: string;
  /** The ways to get in; one that is empty needs no key. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly hasBody: boolean;
  readonly parameters: readonly Parameter[];
  /** What is declared of an answer with this status, which `default` stands for only where no route was asked. */
  declarationOf(status: number): Declared | undefined;
  /** The declared schema of an answer. Throws if the answer is not declared. */
  schemaOf(status: number, type: string): z.ZodType;
}

/** Statuses of requests that no route has seen. */
const IN_DEFAULT = new Set([408, 417, 431]);

/** Headers that all answers have, or that say how the bytes are sent. */
const UNDECLARED_HEADERS =
  /^(access-control-.*|content-(encoding|length|security-policy|type)|cross-origin-.*|origin-agent-cluster|referrer-policy|x-(content-type-options|dns-prefetch-control|download-options|frame-options|permitted-cross-domain-policies|xss-protection))$/;

/** Fails unless the OpenAPI document declares the answer's status, its format and its headers. */
export function expectDeclaredAnswer(route: Route, { status, headers }: Response): void {
  const declared = route.declarationOf(status);
  const type = headers.get('content-type')?.replace(/;.*/, '');
  const names = Object.keys(declared?.headers ?? {}).map((name) => name.toLowerCase());
  const undeclared = [
    ...(declared === undefined ? ['status'] : []),
    ...(type === undefined || type in (declared?.content ?? {}) ? [] : [type]),
    ...[...headers.keys()].filter((name) => !UNDECLARED_HEADERS.test(name) && !names.includes(name)),
  ];
  // The walk has many thousands of answers, and an assertion takes longer than this comparison.
  if (undeclared.length === 0) return;
  expect(
    undeclared,
    `${route.method} ${route.path}: ${status}: found what it does not declare`,
  ).toStrictEqual([]);
}

export async function declaredRoutes(api: Api): Promise<Route[]> {
  const document = await ask<Document>(api, '/openapi.json');
  expect(document.openapi).toMatch(/^3\.1\./);
  const definitions = closed(document.components.schemas);
  const routeOf = (path: string, method: string, operation: Operation): Route => {
    // Each is made once: it has the definitions of the whole document.
    const schemas = new Map<object, z.ZodType>();
    const declarationOf = (status: number): Declared | undefined => {
      const response = operation.responses[IN_DEFAULT.has(status) ? 'default' : status];
      if (response === undefined || !('$ref' in response)) return response;
      return document.components.responses[response.$ref.split('/').at(-1) ?? ''];
    };
    return {
      method: method.toUpperCase(),
      path,
      name: operation.operationId,
      security: operation.security,
      hasBody: operation.requestBody !== undefined,
      parameters: operation.parameters ?? [],
      declarationOf,
      schemaOf: (status, type) => {
        const schema = declarationOf(status)?.content?.[type]?.schema;
        if (schema === undefined) throw new Error(`${path} declares no ${type} for ${status}`);
        const parsed =
          schemas.get(schema) ?? z.fromJSONSchema({ ...closed(schema), $defs: definitions } as never);
        schemas.set(schema, parsed);
        return parsed;
      },
    };
  };
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => routeOf(path, method, operation)),
  );
}

/** Fails unless the answer is a problem document of that status. */
export async function expectProblem(
  response: Response,
  status: number | number[],
): Promise<z.infer<typeof problem>> {
  const text = await response.text();
  expect([status].flat(), text).toContain(response.status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = problem.strict().parse(JSON.parse(text));
  expect(body).toMatchObject({ status: response.status, request_id: response.headers.get('x-request-id') });
  expect(body.code).not.toBe('internal_error');
  return body;
}

/** The schemas with references into `$defs`, and with objects that have no undeclared fields. */
function closed<Schemas extends object>(schemas: Schemas): Schemas {
  return JSON.parse(JSON.stringify(schemas), (_key, value: unknown) => {
    if (typeof value === 'string') return value.replace('#/components/schemas/', '#/$defs/');
    const isObject = typeof value === 'object' && value !== null && 'properties' in value && 'type' in value;
    return isObject ? { ...value, additionalProperties: false } : value;
  }) as Schemas;
}
