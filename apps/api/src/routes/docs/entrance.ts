import { Hono, type Context } from 'hono';
import type { ApiEnv } from '../../answers/route-context.ts';
import { staticAnswer } from '../../answers/static-answer.ts';

const DAY = 'public, max-age=86400';

/** Three bars that grow. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1b4d8c"/><path fill="#fff" d="M6 18h4v8H6zM14 12h4v14h-4zM22 6h4v20h-4z"/></svg>\n`;

/** The same as 32×32 pixels, for what asks for no other. */
const ICON_PIXELS =
  'AAABAAEAICAAAAEAIACVAAAAFgAAAIlQTkcNChoKAAAADUlIRFIAAAAgAAAAIAgGAAAAc3p69AAAAFxJREFUeNrt17sJACAMRdHs4Uxu5s7aCQaJheSnL2B9T+kjYldq65' +
  'qPpNOOiwir+BZhHV8QXvGJeBbADwAA3gOcAgAAkB9wGwAAAADyA/75FbsPkxDTLMQ49ZrnA9ci1Gnn8dVQAAAAAElFTkSuQmCC';

/** What browsers and people ask for at the root. */
export function entranceRoutes(): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.get('/', (context) => context.redirect('/docs', 302));
  routes.get('/favicon.svg', staticAnswer({ type: 'image/svg+xml', body: ICON, cacheControl: DAY }));
  const pixels = Uint8Array.from(Buffer.from(ICON_PIXELS, 'base64'));
  routes.get('/favicon.ico', staticAnswer({ type: 'image/x-icon', body: pixels, cacheControl: DAY }));
  return routes;
}

/** A path with segments between its slashes: another could lead to another host. */
const WITH_SLASH = /^((?:\/[^/]+)+)\/+$/;

/** Leads a reader who has put a slash at the end of a path to the path. Writes and WebSockets do not follow redirections. */
export function withoutSlash(context: Context<ApiEnv>): Response | undefined {
  const { req } = context;
  const { pathname, search } = new URL(req.url);
  const [, path] = WITH_SLASH.exec(pathname) ?? [];
  const isRead = ['GET', 'HEAD'].includes(req.method) && req.header('Upgrade') === undefined;
  if (path === undefined || !isRead) return undefined;
  return context.redirect(`${path}${search}`, 308);
}
