import { fileURLToPath } from 'node:url';
import { TestProgram } from '@stellar-insights/devstack/testing';
import { expect, it } from 'vitest';
import { lakeFiles } from './lake-files.ts';
import { LocalServer, serveFiles } from './local-server.ts';

it('a process whose reads were aborted exits by itself: no timer, socket or promise keeps it alive', async () => {
  // The lake is read up to its tip; the RPC never answers.
  const serve = serveFiles(lakeFiles({ from: 10, to: 15 }), '/lake/');
  await using server = await LocalServer.start((request, response) => {
    if (request.url !== '/rpc') serve(request, response);
  });
  const program = fileURLToPath(new URL('./aborted-reads.ts', import.meta.url));
  const { code, signal } = await TestProgram.run({ args: [program, server.url] });
  expect({ code, signal }).toStrictEqual({ code: 0, signal: null });
});
