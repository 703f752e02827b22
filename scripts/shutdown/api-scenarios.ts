import { TableLock } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import type { AppProcess } from './app-process.ts';
import { expectEnding, expectThat } from './expect-ending.ts';
import type { Scenario, Stage } from './stage.ts';

const REQUESTS = 5;
/** Every list of corridors reads it. */
const TABLE = 'dirty_corridor_buckets';

/** An api that has ledgers to be asked about. */
async function apiOverLedgers(stage: Stage, ...options: Parameters<Stage['api']>): Promise<AppProcess> {
  if ((await stage.cursor()) === 0) {
    const worker = await stage.worker();
    await eventually(async () => (await stage.cursor()) > 0);
    expectEnding(await worker.stop(), { code: 0, outcome: 'clean' });
  }
  return await stage.api(...options);
}

/** Requests that hang for as long as the table is locked. */
async function requestsInFlight(stage: Stage, api: AppProcess): Promise<Promise<number | undefined>[]> {
  // Each asks something that was never asked: answers are kept for a while.
  const requests = Array.from({ length: REQUESTS }, () =>
    api.statusOf(`/api/v1/corridors?limit=${stage.number()}`),
  );
  await eventually(async () => {
    const connections = await stage.postgres.connections('insights');
    return connections.filter(({ waitsForLock }) => waitsForLock).length === REQUESTS;
  });
  return requests;
}

interface Issued {
  readonly key: { readonly id: string };
  readonly secret: string;
}

export async function issueKey(stage: Stage, name: string, scope = 'read'): Promise<Issued> {
  const options = ['--owner', 'test', '--name', name, '--scope', scope, '--json'];
  return JSON.parse(await stage.insights('keys', 'create', ...options)) as Issued;
}

const immediately = { SHUTDOWN_READINESS_DELAY: '0' };

export const apiScenarios: readonly Scenario[] = [
  {
    title: 'api, SIGTERM: readiness turns 503 while requests are still served, then it exits 0',
    play: async (stage) => {
      const api = await apiOverLedgers(stage);
      await api.signal('SIGTERM');
      await eventually(async () => (await api.statusOf('/health/ready')) === 503);
      const served = await api.statusOf('/api/v1/corridors');
      expectThat(
        served === 200,
        `answer ${served} after the signal`,
        '200 until the readiness delay is over',
      );
      expectEnding(await api.ending(), { code: 0, outcome: 'clean', forced: [], withinSeconds: 7 });
    },
  },
  {
    title: 'api, SIGINT: the same',
    play: async (stage) => {
      const api = await stage.api(immediately);
      expectEnding(await api.stop('SIGINT'), { code: 0, outcome: 'clean', forced: [], withinSeconds: 3 });
    },
  },
  {
    title: 'api, requests in flight: all of them are answered',
    play: async (stage) => {
      const api = await apiOverLedgers(stage, immediately);
      const lock = await TableLock.take(stage.databaseUrl, TABLE);
      const requests = await requestsInFlight(stage, api);
      await api.announceStop();
      await lock[Symbol.asyncDispose]();
      const statuses = await Promise.all(requests);
      const ending = await api.ending();
      expectThat(
        statuses.every((status) => status === 200),
        `answers ${statuses.join(', ')}`,
        '200 for each of them',
      );
      expectEnding(ending, { code: 0, outcome: 'clean', forced: [] });
      const { finished = 0, cut = 0 } = ending.report?.counts ?? {};
      expectThat(finished >= REQUESTS && cut === 0, `finished ${finished}, cut ${cut}`, `${REQUESTS} and 0`);
    },
  },
  {
    title: 'api, a WebSocket and an SSE stream: each gets the notice, and is then closed',
    play: async (stage) => {
      const api = await stage.api(immediately);
      const url = await api.url();
      const webSocket = new WebSocket(`${url}/ws`);
      const frames: string[] = [];
      webSocket.addEventListener('message', ({ data }) => frames.push(String(data)));
      const closed = new Promise<CloseEvent>((resolve) => webSocket.addEventListener('close', resolve));
      const stream = await fetch(`${url}/api/v1/events/stream`);
      await eventually(() => frames.length > 0);
      const ending = await api.stop();
      const { code } = await closed;
      expectThat(code === 1012, `the close code ${code}`, '1012');
      for (const text of [frames.join('\n'), await stream.text()]) {
        expectThat(text.includes('server_shutdown'), `no notice in ${text}`, 'the frame server_shutdown');
      }
      expectEnding(ending, { code: 0, outcome: 'clean', forced: [], withinSeconds: 4 });
    },
  },
  {
    title: 'api, streams with a key: a revoked key ends its own with 1008, and the stop the others with 1012',
    play: async (stage) => {
      const api = await stage.api({ ...immediately, API_AUTH: 'keyed' });
      const url = await api.url();
      const keys = await Promise.all(['kept', 'revoked'].map((name) => issueKey(stage, name)));
      const open = async ({ secret }: Issued) => {
        const headers = { Authorization: `Bearer ${secret}` };
        const webSocket = new WebSocket(`${url}/ws`, { headers });
        const frames: string[] = [];
        webSocket.addEventListener('message', ({ data }) => frames.push(String(data)));
        const closed = new Promise<CloseEvent>((resolve) => webSocket.addEventListener('close', resolve));
        const stream = await fetch(`${url}/api/v1/events/stream`, { headers });
        await eventually(() => frames.length > 0);
        return { closed, text: stream.text() };
      };
      const [kept, revoked] = await Promise.all(keys.map(open));
      if (kept === undefined || revoked === undefined) throw new RangeError('found no two clients');
      await stage.insights('keys', 'revoke', keys[1]?.key.id ?? '');
      const early = await revoked.closed;
      await revoked.text;
      const refused = await fetch(`${url}/api/v1/ledgers`);
      expectThat(refused.status === 401, `the answer ${refused.status} without a key`, '401');
      const ending = await api.stop();
      const late = await kept.closed;
      expectThat(
        early.code === 1008 && late.code === 1012,
        `the close codes ${early.code} and ${late.code}`,
        '1008 and 1012',
      );
      const text = await kept.text;
      expectThat(text.includes('server_shutdown'), `no notice in ${text}`, 'the frame server_shutdown');
      expectEnding(ending, { code: 0, outcome: 'clean', forced: [], withinSeconds: 4 });
    },
  },
  {
    title: 'api, a hang: the phase is forced in time, and the report says what it waited for',
    play: async (stage) => {
      const api = await apiOverLedgers(stage, { ...immediately, SHUTDOWN_GRACEFUL_TIMEOUT: '1' });
      await using _ = await TableLock.take(stage.databaseUrl, TABLE);
      const requests = await requestsInFlight(stage, api);
      const ending = await api.stop();
      await Promise.all(requests);
      expectEnding(ending, { code: 1, outcome: 'forced', withinSeconds: 8 });
      const drain = ending.report?.phases.find(({ name }) => name === 'drain');
      expectThat(drain?.outcome === 'forced', `phase drain ${drain?.outcome}`, 'forced');
      const waitedFor = drain?.resources.map((resource) => resource.waitedFor ?? '').join() ?? '';
      const named = waitedFor.includes('GET /api/v1/corridors');
      expectThat(named, `a report that it waited for "${waitedFor}"`, 'the requests by name');
    },
  },
  {
    title: 'api, a second signal: it exits 143 at once',
    play: async (stage) => {
      const api = await apiOverLedgers(stage, immediately);
      await using _ = await TableLock.take(stage.databaseUrl, TABLE);
      const requests = await requestsInFlight(stage, api);
      await api.announceStop();
      const ending = await api.stopAgain();
      await Promise.all(requests);
      expectEnding(ending, { code: 143, outcome: 'forced', withinSeconds: 3 });
    },
  },
  {
    title: 'api, a loop that blocks while it stops: the watchdog ends it with 70 and its stack',
    play: async (stage) => {
      const env = { ...immediately, SHUTDOWN_TIMEOUT: '3' };
      const api = await apiOverLedgers(stage, env, 'block-on-demand.mjs');
      await using _ = await TableLock.take(stage.databaseUrl, TABLE);
      const requests = await requestsInFlight(stage, api);
      await api.announceStop();
      const ending = await api.stop('SIGUSR2');
      await Promise.all(requests);
      expectBlocked(ending, 6);
    },
  },
  {
    title: 'api, a loop that blocked before the signal: the heartbeat limit ends it',
    play: async (stage) => {
      const api = await stage.api({ SHUTDOWN_HEARTBEAT_LIMIT: '1' }, 'block-on-demand.mjs');
      await api.signal('SIGUSR2');
      expectBlocked(await api.stop(), 6);
    },
  },
];

export function expectBlocked(
  ending: Awaited<ReturnType<AppProcess['ending']>>,
  withinSeconds: number,
): void {
  expectEnding(ending, { code: 70, outcome: 'no report', withinSeconds });
  const named = ending.output.includes('blockedOnDemand');
  expectThat(named, 'a log without the stack', 'the function that blocks, by name');
}
