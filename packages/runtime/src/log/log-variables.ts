import { z } from 'zod';
import { defineEnv } from '../env/declarations.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const logVariables = defineEnv({
  LOG_LEVEL: {
    schema: z.enum(LOG_LEVELS).default('info'),
    description: 'The lowest level that is logged.',
  },
});
