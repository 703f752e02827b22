import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';
import openapiTS, { astToString } from 'openapi-typescript';

/** A route of GET, and the values that its path names. */
export interface ReadRoute {
  readonly name: string;
  readonly path: string;
  readonly inPath: Readonly<Record<string, string | number>>;
}

/** What the generators are given. */
export type OpenApiDocument = Parameters<typeof openapiTS>[0] & Readonly<Record<string, unknown>>;

/** What a program read, by the names of the operations. */
export type Answers = Readonly<Record<string, unknown>>;

export const GENERATORS = ['openapi-typescript', 'hey-api'] as const;

const run = promisify(execFile);

const COMPILER_OPTIONS = {
  target: 'es2024',
  lib: ['es2024', 'dom', 'dom.iterable'],
  module: 'nodenext',
  types: [],
  // Programs and clients run as they are; the options are as strict as those of this repository, except
  // `exactOptionalPropertyTypes`, which the code that one generator brings does not bear.
  noEmit: true,
  allowImportingTsExtensions: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
};

/** Does not compile if a generator has made `any`, `unknown` or `never` of an answer. */
const SHARED = `
declare const process: { env: Record<string, string | undefined>; stdout: { write(text: string): void } };
type IsVague<T> = 0 extends 1 & T ? true : [T] extends [object] ? false : true;
const answers: Record<string, unknown> = {};
function keep<T>(
  name: string,
  { response, data }: { response?: Response; data?: T },
  ..._: IsVague<NonNullable<T>> extends true ? ['the type of the answer is not known'] : []
): NonNullable<T> {
  if (response?.status !== 200 || !data) throw new Error(\`\${name}: \${response?.status}\`);
  answers[name] = data;
  return data;
}
const baseUrl = process.env['API_URL'] ?? '';
const key = process.env['API_KEY'] ?? '';
`;

/** Compiles only if the kinds of an object are told apart by their discriminator. */
const NARROWING = `
for (const { memo } of payments.data) if (memo.type === 'text') console.error(memo.bytes.length);
for (const event of events.data) if (event.event === 'payment.failed') console.error(event.data.failure.reason);
process.stdout.write(JSON.stringify(answers));
`;

/**
 * Writes into an empty folder the clients that two generators make of the document, and for each a program that reads every
 * route with its own method.
 */
export async function generateClients(
  folder: string,
  document: OpenApiDocument,
  routes: readonly ReadRoute[],
): Promise<void> {
  symlinkSync(resolve(import.meta.dirname, '../node_modules'), join(folder, 'node_modules'));
  write(folder, 'package.json', JSON.stringify({ type: 'module' }));
  write(folder, 'tsconfig.json', JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['**/*.ts'] }));
  mkdirSync(join(folder, 'openapi-typescript'));
  write(folder, 'openapi-typescript/schema.ts', astToString(await openapiTS(document)));
  await createClient({
    input: document as never,
    output: { path: join(folder, 'hey-api'), module: { extension: '.ts' } },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent', file: false },
  });
  write(folder, 'read-openapi-typescript.ts', openapiTypescriptProgram(routes));
  write(folder, 'read-hey-api.ts', heyApiProgram(routes));
}

/** Compiles the folder's programs. Rejects with what the compiler says. */
export async function compileClients(folder: string): Promise<void> {
  const compiler = resolve(import.meta.dirname, '../../node_modules/.bin/tsc');
  await run(compiler, ['-p', folder]).catch((error: Error & { stdout?: string }) => {
    throw new Error(error.stdout, { cause: error });
  });
}

/** What a program reads from an api. */
export async function readWith(
  folder: string,
  generator: (typeof GENERATORS)[number],
  env: { readonly API_URL: string; readonly API_KEY: string },
): Promise<Answers> {
  const options = { env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
  const { stdout } = await run(process.execPath, [join(folder, `read-${generator}.ts`)], options);
  return JSON.parse(stdout) as Answers;
}

function openapiTypescriptProgram(routes: readonly ReadRoute[]): string {
  const read = ({ name, path, inPath }: ReadRoute): string => {
    const params =
      Object.keys(inPath).length === 0 ? '' : `, { params: { path: ${JSON.stringify(inPath)} } }`;
    return kept(name, `await client.GET(${JSON.stringify(path)}${params})`);
  };
  return [
    `import createClient from 'openapi-fetch';`,
    `import type { paths } from './openapi-typescript/schema.ts';`,
    SHARED,
    // The other formats of a list are texts; this one says that it reads JSON.
    `const headers = { Authorization: \`Bearer \${key}\` };`,
    `const client = createClient<paths, 'application/json'>({ baseUrl, headers });`,
    ...routes.map(read),
    NARROWING,
  ].join('\n');
}

function heyApiProgram(routes: readonly ReadRoute[]): string {
  const read = ({ name, inPath }: ReadRoute): string =>
    kept(
      name,
      `await ${name}(${Object.keys(inPath).length === 0 ? '' : `{ path: ${JSON.stringify(inPath)} }`})`,
    );
  return [
    `import { client } from './hey-api/client.gen.ts';`,
    `import { ${routes.map(({ name }) => name).join(', ')} } from './hey-api/sdk.gen.ts';`,
    SHARED,
    `client.setConfig({ baseUrl, auth: key });`,
    ...routes.map(read),
    NARROWING,
  ].join('\n');
}

/** The statement that keeps an answer; two of them are looked at afterwards. */
function kept(name: string, answer: string): string {
  const variable = { listPayments: 'const payments = ', listEvents: 'const events = ' }[name] ?? '';
  return `${variable}keep(${JSON.stringify(name)}, ${answer});`;
}

function write(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}
