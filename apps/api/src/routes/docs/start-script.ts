/**
 * The script of the page for people. It starts Swagger UI with the OpenAPI document, in which each route's example is what this
 * installation has: it reads the first row of every list that links to other routes. Who enters a key gets the examples that need
 * one, too. A stream cannot be tried out here, as the browser would wait for its end.
 */
export const START_SCRIPT = `'use strict';

/** Undefined if it is not there, or not soon: the page is of use without it. */
async function read(path, authorization) {
  const headers = authorization === undefined ? {} : { Authorization: authorization };
  try {
    const response = await fetch(path, { headers, signal: AbortSignal.timeout(5000) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

function operationsOf(document) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, operation })),
  );
}

function pathParameters({ parameters = [] }) {
  return parameters.filter((parameter) => parameter.in === 'path');
}

function isOpen({ security }) {
  return security.length === 0 || security.some((way) => Object.keys(way).length === 0);
}

function valueAt(body, expression) {
  const names = expression.replace('$response.body#/', '').split('/');
  return names.reduce((value, name) => value?.[name], body);
}

/** Gives the routes that a list links to its first row as their examples. */
async function addExamples(list, operations, authorization) {
  const { path, operation } = list;
  const own = pathParameters(operation);
  const filled = own.reduce(
    (text, { name, example }) => text.replace('{' + name + '}', encodeURIComponent(example)),
    path,
  );
  if (own.some(({ example }) => example === undefined)) return;
  const isPaged = operation.parameters.some(({ name }) => name === 'limit');
  const body = await read(filled + (isPaged ? '?limit=1' : ''), authorization);
  for (const link of Object.values(operation.responses['200'].links)) {
    const target = operations.find(({ operation }) => operation.operationId === link.operationId);
    for (const parameter of pathParameters(target.operation)) {
      const value = valueAt(body, link.parameters[parameter.name]);
      if (value !== undefined) parameter.example = value;
    }
  }
}

async function documentWithExamples(authorization) {
  const document = await read('/openapi.json');
  if (document === undefined) return undefined;
  const operations = operationsOf(document);
  const lists = operations.filter(
    ({ operation }) =>
      operation.responses['200']?.links !== undefined && (authorization !== undefined || isOpen(operation)),
  );
  const isNested = ({ path }) => path.includes('{');
  await Promise.all(lists.filter((list) => !isNested(list)).map((list) => addExamples(list, operations, authorization)));
  // Their paths name what the others have found.
  await Promise.all(lists.filter(isNested).map((list) => addExamples(list, operations, authorization)));
  return document;
}

function isStream(document, path, method) {
  return document?.paths[path]?.[method]?.responses['200']?.content?.['text/event-stream'] !== undefined;
}

async function start() {
  const document = await documentWithExamples();
  const renewExamples = async (payload) => {
    const key = payload.key?.value;
    const renewed = key === undefined ? undefined : await documentWithExamples('Bearer ' + key);
    if (renewed !== undefined) ui.specActions.updateSpec(JSON.stringify(renewed));
  };
  const plugin = {
    statePlugins: {
      auth: {
        wrapActions: {
          authorize: (authorize) => (payload) => {
            void renewExamples(payload);
            return authorize(payload);
          },
        },
      },
      spec: {
        wrapSelectors: {
          allowTryItOutFor: (allows) => (state, path, method) =>
            allows(state, path, method) && !isStream(document, path, method),
        },
      },
    },
  };
  // It reports by itself that it could not load the document.
  const source = document === undefined ? { url: '/openapi.json' } : { spec: document };
  const ui = SwaggerUIBundle({ ...source, dom_id: '#docs', deepLinking: true, plugins: [() => plugin] });
}

void start();
`;
