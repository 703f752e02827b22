import { z } from 'zod';

/** A URL that ioredis accepts, and reads as it was meant. */
export const redisUrl = z
  .url({ protocol: /^rediss?$/ })
  .refine((text) => isDecodable(text) && hasDatabaseNumber(text))
  .describe(
    'a URL redis://USER:PASSWORD@HOST:PORT/DATABASE, or rediss:// with TLS, whose DATABASE is a number and ' +
      'whose USER and PASSWORD are percent-encoded (% is %25, @ is %40)',
  );

/** The number of the database that the URL names. */
export function redisDatabase(url: string): number {
  const { pathname, searchParams } = new URL(url);
  return Number(pathname.slice(1) || searchParams.get('db') || 0);
}

function isDecodable(text: string): boolean {
  try {
    const { username, password } = new URL(text);
    decodeURIComponent(username);
    decodeURIComponent(password);
    return true;
  } catch {
    return false;
  }
}

function hasDatabaseNumber(text: string): boolean {
  const { pathname, searchParams } = new URL(text);
  return /^\/?$|^\/\d+$/.test(pathname) && /^\d*$/.test(searchParams.get('db') ?? '');
}
