// node healthcheck.mjs URL: exits with 0 if the URL answers with 2xx within 4 s, else with 1.
import { get } from 'node:http';

const request = get(process.argv[2] ?? '', { timeout: 4000 }, ({ statusCode = 0 }) => {
  process.exit(statusCode >= 200 && statusCode < 300 ? 0 : 1);
});
request.on('timeout', () => request.destroy());
request.on('error', () => process.exit(1));
