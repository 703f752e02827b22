import { z } from 'zod';
import { defineEnv } from '../env/declarations.ts';

export const adminVariables = defineEnv({
  ADMIN_HOST: {
    schema: z.union([z.ipv4(), z.ipv6()]).optional().describe('an IP address of this machine'),
    description:
      'The address that API_ADMIN_PORT and WORKER_HEALTH_PORT listen on. They need no key: keep them from the public. If not set, all addresses, as containers need it.',
    example: '127.0.0.1',
  },
});

/** A port that a process listens on; 0 takes any free port. */
export const listeningPort = z.coerce.number().int().min(0).max(65_535);
