import { systemClock, type Logger } from '@stellar-insights/lifecycle';
import { redisDatabase } from '@stellar-insights/runtime/env';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import { probeRedis } from '@stellar-insights/runtime/redis';
import { retry } from '@stellar-insights/runtime/time';
import { Redis } from 'ioredis';
import type { QueueSettings } from '../queues/queue-settings.ts';
import { RedisClusterError, RedisRefusedError } from './errors.ts';
import { answerOf, isAnswer } from './redis-fault.ts';
import { REQUIRED_COMMANDS } from './required-commands.ts';

const RETRY = { baseMs: 1000, capMs: 5000 };
/** A replica may be promoted in these seconds. */
const REPLICA_RETRY = { attempts: 10, baseMs: 1000, capMs: 1000, minimumMs: () => 500 };

const CLUSTER = /^(MOVED|ASK|CROSSSLOT|CLUSTERDOWN|ERR SELECT is not allowed in cluster mode)/;
const REFUSAL = new RegExp(
  '^(NOPERM|NOAUTH|WRONGPASS|READONLY|DENIED)|unknown command|no permission|' +
    "can't (run this command|access at least one of the keys)|DB index is out of range|timeout is not",
  'i',
);

export interface RedisCheckOptions extends QueueSettings {
  /** Ends the check. */
  readonly signal: AbortSignal;
}

/**
 * Checks once that Redis allows what the queues need, and warns of what can lose jobs. Resolves when that is known, or if
 * Redis does not answer: then the check goes on, and `onUnusable` is told what it finds.
 *
 * @throws RedisRefusedError, RedisClusterError
 */
export async function checkRedis(
  options: RedisCheckOptions,
  onUnusable: (error: unknown) => void,
): Promise<void> {
  const { log, signal, clock = systemClock } = options;
  const reminder = new ErrorReminder(log, { service: 'redis' }, clock);
  const check = (): Promise<void> =>
    retry(() => inspectRedis(options), { ...REPLICA_RETRY, isTransient: isReplica, signal, clock });
  try {
    await check();
  } catch (error) {
    if (isLasting(error)) throw error;
    const goingOn = retry(check, {
      ...RETRY,
      signal,
      clock,
      isTransient: (each) => !isLasting(each),
      onFailure: (each) => reminder.occurred(each),
    });
    goingOn.catch((each: unknown) => {
      if (isLasting(each)) onUnusable(each);
    });
  }
}

/** @throws RedisRefusedError, RedisClusterError; any other error means that nothing is known */
async function inspectRedis({ redisUrl: url, prefix, log, signal }: RedisCheckOptions): Promise<void> {
  const client = new Redis(url, probeRedis());
  const stop = (): void => client.disconnect();
  signal.addEventListener('abort', stop, { once: true });
  let connectionError: unknown;
  client.on('error', (error) => (connectionError ??= error));
  try {
    await client.connect().catch((error: unknown) => {
      throw connectionError ?? error;
    });
    const info = await unlessRefused(client.info());
    const cluster = info ?? (await unlessRefused(client.cluster('INFO')));
    if (/^cluster_(enabled:1|state:)/m.test(cluster ?? '')) throw new RedisClusterError('cluster_enabled:1');
    await requireCommands(client, url, `${prefix}:check`);
    await warnOfEviction(client, info, log);
  } catch (error) {
    throw lasting(error);
  } finally {
    signal.removeEventListener('abort', stop);
    client.disconnect();
  }
}

async function requireCommands(client: Redis, url: string, key: string): Promise<void> {
  const database = redisDatabase(url);
  // ioredis goes on with database 0 if it may not have this one.
  if (database !== 0) await client.select(database);
  await client.set(key, '1', 'PX', 10_000);
  await client.bzpopmin(`${key}:none`, 0.002);
  client.defineCommand('requiredCommands', { numberOfKeys: 1, lua: REQUIRED_COMMANDS });
  const { requiredCommands } = client as unknown as Record<string, (key: string) => Promise<string[]>>;
  const [command, answer = ''] = (await requiredCommands?.call(client, key)) ?? [];
  if (command !== undefined)
    throw Object.assign(new Error(answer), { name: 'ReplyError', command: { name: command } });
}

async function warnOfEviction(client: Redis, info: string | undefined, log: Logger): Promise<void> {
  const setting = async (): Promise<string | undefined> => {
    const [, value] = ((await unlessRefused(client.config('GET', 'maxmemory-policy'))) as string[]) ?? [];
    return value;
  };
  const policy = /^maxmemory_policy:(\S+)/m.exec(info ?? '')?.[1] ?? (await setting());
  if (policy === undefined) {
    log.warn(
      { service: 'redis' },
      'Redis refuses INFO and CONFIG, so its maxmemory-policy could not be checked; make sure that it is noeviction',
    );
  } else if (policy !== 'noeviction') {
    log.warn(
      { service: 'redis', policy },
      `found maxmemory-policy ${policy} in Redis, expected noeviction: once its memory is full, Redis silently deletes jobs ` +
        'and schedules, and tasks run late or not at all; set maxmemory-policy noeviction',
    );
  }
}

/** Undefined if Redis refuses this command. */
async function unlessRefused<T>(command: Promise<T>): Promise<T | undefined> {
  return await command.catch((error: unknown) => {
    if (isAnswer(error)) return undefined;
    throw error;
  });
}

function lasting(error: unknown): unknown {
  if (!isAnswer(error)) return error;
  const answer = answerOf(error);
  if (CLUSTER.test(answer)) return new RedisClusterError(answer, { cause: error });
  if (!REFUSAL.test(answer)) return error;
  const command = error.command?.name.toUpperCase() ?? 'a command';
  return new RedisRefusedError(command, answer, { cause: error });
}

function isLasting(error: unknown): boolean {
  return error instanceof RedisRefusedError || error instanceof RedisClusterError;
}

function isReplica(error: unknown): boolean {
  return error instanceof RedisRefusedError && error.message.includes('READONLY');
}
