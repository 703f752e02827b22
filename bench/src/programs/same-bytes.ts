/**
 * The API with all of its middleware, and with routes that have ready bytes and need no service: `/api/v1/same-bytes/0` and so on
 * give the answers that the file BENCH_ANSWERS has, JSON of `{headers, body}` with the bodies in base64.
 */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { answerContent } from '@stellar-insights/api/answers/content';
import { createApi } from '@stellar-insights/api/api';
import { listFormats } from '@stellar-insights/api/answers/formats';
import type { Services } from '@stellar-insights/api/answers/route-context';
import { HotAnswers } from '@stellar-insights/api/cache/hot-answers';
import { composeParts } from '@stellar-insights/api/compose-parts';
import { apiConfig } from '@stellar-insights/api/config';
import { apiServer } from '@stellar-insights/api/server/api-server';
import { apiPhases, lifecycle } from '@stellar-insights/lifecycle';
import { listen } from '@stellar-insights/lifecycle/http';
import { createLog } from '@stellar-insights/runtime/log';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import type { ReadyAnswer } from '../api/ready-answer.ts';

/** They are handed on, and nothing is asked of them. */
const SERVICES = { db: {}, cache: { hot: new HotAnswers(0) } } as unknown as Services;

const config = apiConfig(process.env);
const log = createLog({ name: 'same-bytes', level: config.logLevel });
const readiness = { ready: true, probe: (): boolean => true };
const parts = composeParts({ config, services: SERVICES, readiness, clock, log });
const api = createApi(parts);
const answers = JSON.parse(readFileSync(process.env['BENCH_ANSWERS'] ?? '', 'utf8')) as ReadyAnswer[];
for (const [place, { headers, body }] of answers.entries()) {
  const bytes = Uint8Array.from(Buffer.from(body, 'base64'));
  api.get(`/api/v1/same-bytes/${place}`, listFormats, (context) => answerContent(context, bytes, headers));
}
const app = lifecycle({ name: 'same-bytes', phases: apiPhases(config.shutdown), log, ...config.shutdown });
const { keepAliveTimeoutMs } = config;
const http = apiServer({ api, realtime: parts.realtime, clock, keepAliveTimeoutMs });
const { server } = await app.acquire('drain', () => listen(http, 0));
console.log(`listening ${(server.address() as AddressInfo).port}`);
await app.run();
