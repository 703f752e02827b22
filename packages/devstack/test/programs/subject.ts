/** A program to test `TestProgram` with. Each argument is one step. */
import { createServer } from 'node:http';
import { writeSync } from 'node:fs';

const steps: Readonly<Record<string, () => unknown>> = {
  hello: () => console.log('hello'),
  complain: () => console.error('a complaint'),
  environment: () => console.log(JSON.stringify(Object.keys(process.env).toSorted())),
  folder: () => console.log(process.cwd()),
  log: () => console.log('{"level":30,"msg":"started","port":7}'),
  descriptor: () => writeSync(3, 'x'),
  large: () => process.stdout.write(`${'x'.repeat(300_000)}\n`),
  ignore: () => process.on('SIGTERM', () => undefined),
  report: () =>
    process.on('SIGTERM', () => {
      process.stdout.write('{"type":"shutdown_report","exitCode":0}\n', () => process.exit(0));
    }),
  cut: () => process.stdout.write('{"type":"shutdown_report","exi'),
  fail: () => (process.exitCode = 3),
  stay: () => setInterval(() => undefined, 1000),
  serve: () => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/health/ready' && process.uptime() > 0.3 ? 200 : 503;
      response.end(request.headers['accept']);
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object') console.log(`listening ${address?.port}`);
    });
  },
};

for (const step of process.argv.slice(2)) steps[step]?.();
