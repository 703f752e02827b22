import { randomUUID } from 'node:crypto';
import type { CreatedWebhook, Webhook } from '@stellar-insights/contract/webhooks';
import type { Database } from '@stellar-insights/db';
import { expect } from 'vitest';
import type { Api } from './ask.ts';
import { authorization, issueKey } from './keys.ts';
import { declaredRoutes, type Route } from './open-api.ts';
import { test as onStage } from './stage.ts';
import { storedSimulation } from './stored-simulation.ts';

export const WEBHOOKS = '/api/v1/webhooks';
export const NEW = { url: 'https://example.com/hook', filters: { events: ['payment.created'] } };

/** The path of a webhook; `rest` is below it. */
export function pathOf({ id }: { readonly id: string }, rest = ''): string {
  return `${WEBHOOKS}/${id}${rest}`;
}

/** An owner of webhooks. Each answer is checked against its declaration. */
export class Owner {
  readonly headers: Readonly<Record<string, string>>;
  readonly #api: Api;
  readonly #routes: readonly Route[];

  constructor(api: Api, routes: readonly Route[], key: string) {
    this.#api = api;
    this.#routes = routes;
    this.headers = authorization(key);
  }

  async send(method: string, path: string, body?: unknown): Promise<Response> {
    const json = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const headers = { ...this.headers, 'Content-Type': 'application/json' };
    return await this.#api.request(path, { method, headers, ...json });
  }

  /** The JSON of an answer whose status must be this one, and which must be as it is declared. */
  async ask<Answer>(method: string, path: string, status = 200, body?: unknown): Promise<Answer> {
    const response = await this.send(method, path, body);
    const text = await response.text();
    expect(response.status, `${method} ${path}: ${text}`).toBe(status);
    const answer = JSON.parse(text) as Answer;
    const { error } = this.#routeOf(method, path).schemaOf(status, 'application/json').safeParse(answer);
    expect(error?.issues, `${method} ${path}`).toBeUndefined();
    return answer;
  }

  /** The `data` of an answer. */
  async askData<Answer extends { readonly data: unknown }>(
    ...asked: Parameters<Owner['ask']>
  ): Promise<Answer['data']> {
    return (await this.ask<Answer>(...asked)).data;
  }

  async create(fields: object = {}): Promise<Webhook & Pick<CreatedWebhook, 'secret'>> {
    const { data, secret } = await this.ask<CreatedWebhook>('POST', WEBHOOKS, 201, { ...NEW, ...fields });
    return { ...data, secret };
  }

  #routeOf(method: string, path: string): Route {
    const { pathname } = new URL(path, 'http://localhost');
    const route = this.#routes.find(
      (each) =>
        each.method === method &&
        new RegExp(`^${each.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
    );
    if (route === undefined) throw new RangeError(`${method} ${path} is not declared`);
    return route;
  }
}

async function ownerOf(api: Api, db: Database, owner: string, scope: 'webhooks' | 'admin'): Promise<Owner> {
  const { text } = await issueKey(db, [scope], { owner });
  return new Owner(api, await declaredRoutes(api), text);
}

/** `acme` and `other`: two owners; `admin` sees the webhooks of both. `fresh`: one that has none, in each test. */
export const test = onStage
  .extend('acme', { scope: 'file' }, ({ api, db }) => ownerOf(api, db, 'acme', 'webhooks'))
  .extend('other', { scope: 'file' }, ({ api, db }) => ownerOf(api, db, 'other', 'webhooks'))
  .extend('admin', { scope: 'file' }, ({ api, db }) => ownerOf(api, db, 'operator', 'admin'))
  .extend('fresh', ({ api, db }) => ownerOf(api, db, `owner-${randomUUID()}`, 'webhooks'))
  .extend('simulation', { scope: 'file' }, async ({ db }) => {
    const simulation = storedSimulation(db);
    await simulation.close(12);
    return simulation;
  });
