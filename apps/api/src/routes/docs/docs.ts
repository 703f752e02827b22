import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import type { ApiEnv } from '../../answers/route-context.ts';
import { staticAnswer } from '../../answers/static-answer.ts';
import { pageHeaders } from '../../middleware/security-headers.ts';
import { START_SCRIPT } from './start-script.ts';

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Stellar Insights API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
    <link rel="icon" href="/favicon.svg" />
  </head>
  <body>
    <div id="docs"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const ASSETS = [
  {
    name: 'swagger-ui.css',
    type: 'text/css; charset=utf-8',
    locate: () => import.meta.resolve('swagger-ui-dist/swagger-ui.css'),
  },
  {
    name: 'swagger-ui-bundle.js',
    type: 'text/javascript; charset=utf-8',
    locate: () => import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js'),
  },
];

/** The documentation for people. All its resources come from this origin. */
export function docsRoutes() {
  const routes = new Hono<ApiEnv>();
  routes.use('/docs/*', pageHeaders);
  routes.use('/docs', pageHeaders);
  routes.get('/docs', staticAnswer({ type: 'text/html; charset=utf-8', body: PAGE }));
  routes.get('/docs/start.js', staticAnswer({ type: 'text/javascript; charset=utf-8', body: START_SCRIPT }));
  for (const { name, type, locate } of ASSETS) {
    const body = readFileSync(fileURLToPath(locate()));
    routes.get(`/docs/${name}`, staticAnswer({ type, body, cacheControl: 'public, max-age=3600' }));
  }
  return routes;
}
