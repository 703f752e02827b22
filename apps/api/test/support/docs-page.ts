import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import type { Api } from './ask.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly example?: string | number;
  readonly schema: { readonly example?: string | number; readonly default?: string | number };
}

interface PageDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: Parameter[] }>>>>;
}

/** What the script of the documentation gives to Swagger UI. */
interface PageOptions {
  readonly spec: PageDocument;
}

/** The document that the documentation shows, with the examples that its script has found for a reader with this key. */
export async function documentOfPage(api: Api, authorization: string): Promise<PageDocument> {
  const script = await (await api.request('/docs/start.js')).text();
  const { promise, resolve } = Promise.withResolvers<PageDocument>();
  const specActions = { updateSpec: (text: string) => resolve(JSON.parse(text) as PageDocument) };
  const SwaggerUIBundle = ({ plugins: [plugin] }: PageOptions & { plugins: [() => Plugin] }) => {
    const { authorize } = plugin().statePlugins.auth.wrapActions;
    // After the page has got what it is given here.
    setImmediate(() => authorize(() => undefined)({ key: { value: authorization.replace('Bearer ', '') } }));
    return { specActions };
  };
  const fetch = async (path: string, init: RequestInit) => await api.request(path, init);
  runInNewContext(script, { SwaggerUIBundle, fetch, encodeURIComponent, AbortSignal });
  return await promise;
}

interface Plugin {
  readonly statePlugins: {
    readonly auth: {
      readonly wrapActions: {
        readonly authorize: (
          original: () => void,
        ) => (payload: { readonly key: { readonly value: string } }) => void;
      };
    };
  };
}

/** What the browser asks for if a reader clicks `Try it out` and `Execute`, and enters nothing. */
export function firstClick({ paths }: PageDocument, path: string): string {
  const parameters = paths[path]?.['get']?.parameters ?? [];
  const valueOf = ({ example, schema }: Parameter) => example ?? schema.example ?? schema.default;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
    const value = parameters.filter((each) => each.in === 'path' && each.name === name).map(valueOf)[0];
    expect(value, `${path}: example of ${name}`).toBeDefined();
    return encodeURIComponent(String(value));
  });
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && valueOf(parameter) !== undefined)
    .map((parameter): [string, string] => [parameter.name, String(valueOf(parameter))]);
  return `${filled}?${new URLSearchParams(query).toString()}`;
}
