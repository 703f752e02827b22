import type { OpenAPIHono } from '@hono/zod-openapi';
import { expect } from 'vitest';
import type { ApiEnv } from '../../src/answers/route-context.ts';

export type Api = OpenAPIHono<ApiEnv>;

interface Page<Row> {
  readonly data: readonly Row[];
  readonly page: { readonly next_cursor: string | null };
}

/** The JSON of an answer whose status must be 200. */
export async function ask<Answer>(
  api: Api,
  path: string,
  query: Record<string, string> | URLSearchParams = {},
): Promise<Answer> {
  const response = await api.request(`${path}?${new URLSearchParams(query).toString()}`);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text) as Answer;
}

/** All pages of a list, in order. */
export async function askPages<Row, Answer extends Page<Row> = Page<Row>>(
  api: Api,
  path: string,
  query: Record<string, string> = {},
): Promise<Answer[]> {
  const pages: Answer[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Answer = await ask<Answer>(api, path, cursor === '' ? query : { ...query, cursor });
    pages.push(page);
    cursor = page.page.next_cursor;
  }
  return pages;
}

export async function askAll<Row>(
  api: Api,
  path: string,
  query: Record<string, string> = {},
): Promise<Row[]> {
  const pages = await askPages<Row>(api, path, query);
  return pages.flatMap(({ data }) => data);
}

export function corridorPath(source: string, dest: string): string {
  return `/api/v1/corridors/${encodeURIComponent(source)}/${encodeURIComponent(dest)}`;
}
