import { z } from 'zod';

/* Ids that the API shows of what has a uuid inside: a prefix, and the digits of the uuid. */

export function publicId(prefix: string, description: string) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-f]{32}$`), `expected ${prefix}_ and 32 hex digits`)
    .meta({ description, example: `${prefix}_3f9d2c5e7a814b06b1d0c9e8f7a65432` });
}

export function formatPublicId(prefix: string, uuid: string): string {
  return `${prefix}_${uuid.replaceAll('-', '')}`;
}

/** The uuid of an id in a path. */
export function uuidOf(id: string): string {
  const digits = id.replace(/^[a-z]+_/, '');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
