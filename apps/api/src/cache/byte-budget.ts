import type { Redis } from 'ioredis';

/** Of an entry beside its text: its key, and what Redis keeps of both. */
const ENTRY_BYTES = 512;

/**
 * What an entry takes of the budget, about as much as of Redis' memory: its allocator rounds a size up by a quarter at most,
 * and Redis frees an expired entry a little later than the budget does.
 */
function bytesOfEntry(text: string): number {
  return Math.ceil(Buffer.byteLength(text) * 1.25) + ENTRY_BYTES;
}

/**
 * Redis itself counts, as one step with the write, the bytes of each second. The counts of the last seconds, as many as an
 * entry lives, are the bytes that are there. So nothing has to be taken back: not after a kill, nor after FLUSHALL.
 * An entry that replaces another one counts as one more.
 */
const WRITE = `
local entry, counts = KEYS[1], KEYS[2]
local ttl, bytes, budget = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local now = tonumber(redis.call('TIME')[1])
local used = 0
if redis.call('TYPE', counts).ok == 'hash' and redis.call('TTL', counts) >= 0 then
  local all = redis.call('HGETALL', counts)
  for i = 1, #all, 2 do
    local second, count = tonumber(all[i]), tonumber(all[i + 1])
    if second and count and second >= now - ttl then
      used = used + count
    else
      redis.call('HDEL', counts, all[i])
    end
  end
else
  redis.call('DEL', counts)
end
if bytes > 0 and used + bytes <= budget then
  redis.call('SET', entry, ARGV[1], 'EX', ttl)
  redis.call('HINCRBY', counts, now, bytes)
  redis.call('EXPIRE', counts, ttl + 1)
  return {1, used + bytes}
end
return {0, used}`;

/** A budget of bytes for entries that expire. */
export class ByteBudget {
  readonly bytes: number;
  readonly #client: Redis;
  readonly #ttlSeconds: number;

  constructor(client: Redis, bytes: number, ttlSeconds: number) {
    this.#client = client;
    this.bytes = bytes;
    this.#ttlSeconds = ttlSeconds;
  }

  /** Writes an entry if it fits into the budget; false if it does not. `counts`: the key of the counts. */
  async write(counts: string, entry: string, text: string): Promise<boolean> {
    const [written] = await this.#run(counts, entry, text, bytesOfEntry(text));
    return written === 1;
  }

  /** The bytes of all entries now. */
  async used(counts: string): Promise<number> {
    const [, used] = await this.#run(counts, counts, '', 0);
    return used;
  }

  async #run(counts: string, entry: string, text: string, bytes: number): Promise<[number, number]> {
    const values = [text, this.#ttlSeconds, bytes, this.bytes];
    return (await this.#client.eval(WRITE, 2, entry, counts, ...values)) as [number, number];
  }
}
