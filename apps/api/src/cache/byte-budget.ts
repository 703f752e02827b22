import type { Redis } from 'ioredis';

/** Of an entry beside its bytes: its key, and what Redis keeps of both. */
const ENTRY_BYTES = 512;
/** The parts of a lifetime in which bytes are counted together: few counts, that end little later than their entries. */
const STEPS = 10;
/** The longest lifetime; a count that claims to end later is none. */
const LONGEST_SECONDS = 3600;

/**
 * What an entry takes of the budget, about as much as of Redis' memory: its allocator rounds a size up by a quarter at most,
 * and Redis frees an expired entry a little later than the budget does.
 */
function sizeOfEntry({ byteLength }: Buffer): number {
  return Math.ceil(byteLength * 1.25) + ENTRY_BYTES;
}

/**
 * Redis itself counts, as one step with the write, the bytes of each kind by the second in which they expire. The counts that
 * lie ahead are the bytes that are there. So nothing has to be taken back: not after a kill, nor after FLUSHALL.
 * An entry that replaces another one counts as one more.
 */
const WRITE = `
local entry, counts = KEYS[1], KEYS[2]
local kind, ttl, step = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local bytes, budget, longest = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local now = tonumber(redis.call('TIME')[1])
local used, byKind = 0, {}
if redis.call('TYPE', counts).ok == 'hash' and redis.call('TTL', counts) >= 0 then
  local all = redis.call('HGETALL', counts)
  for i = 1, #all, 2 do
    local of, second = string.match(all[i], '^([%w_]+):(%d+)$')
    local expires, count = tonumber(second), tonumber(all[i + 1])
    if expires and count and expires > now and expires <= now + 2 * longest then
      used = used + count
      byKind[of] = (byKind[of] or 0) + count
    else
      redis.call('HDEL', counts, all[i])
    end
  end
else
  redis.call('DEL', counts)
end
local written = 0
if bytes > 0 and used + bytes <= budget then
  redis.call('SET', entry, ARGV[1], 'EX', ttl)
  local expires = math.ceil((now + ttl + 1) / step) * step
  redis.call('HINCRBY', counts, kind .. ':' .. expires, bytes)
  redis.call('EXPIRE', counts, math.max(redis.call('TTL', counts), expires - now + 1))
  written, used = 1, used + bytes
end
local answer = {written, used}
for of, count in pairs(byKind) do
  answer[#answer + 1] = of
  answer[#answer + 1] = count
end
return answer`;

export interface BudgetedEntry {
  /** The key of the counts. */
  readonly counts: string;
  /** The key of the entry. */
  readonly entry: string;
  readonly bytes: Buffer;
  /** Bytes are counted by kind; letters, digits and `_`. */
  readonly kind: string;
  /** At most an hour. */
  readonly ttlSeconds: number;
  /** The share of the budget up to which entries of this kind are written. */
  readonly share: number;
}

export interface BytesUsed {
  readonly total: number;
  readonly byKind: ReadonlyMap<string, number>;
}

/** A budget of bytes for entries that expire. */
export class ByteBudget {
  readonly bytes: number;
  readonly #client: Redis;

  constructor(client: Redis, bytes: number) {
    this.#client = client;
    this.bytes = bytes;
  }

  /** Writes an entry if it fits into the budget; false if it does not. */
  async write(entry: BudgetedEntry): Promise<boolean> {
    const [written] = await this.#run(entry, sizeOfEntry(entry.bytes));
    return written === 1;
  }

  /** The bytes of all entries now. `counts`: the key of the counts. */
  async used(counts: string): Promise<BytesUsed> {
    const nothing = { counts, entry: counts, bytes: Buffer.alloc(0), kind: '', ttlSeconds: 1, share: 0 };
    const [, total, ...rest] = await this.#run(nothing, 0);
    const byKind = new Map<string, number>();
    for (let place = 0; place < rest.length; place += 2) {
      byKind.set(String(rest[place]), Number(rest[place + 1]));
    }
    return { total: Number(total), byKind };
  }

  async #run(
    { counts, entry, bytes, kind, ttlSeconds, share }: BudgetedEntry,
    size: number,
  ): Promise<(number | string)[]> {
    const step = Math.max(1, Math.floor(ttlSeconds / STEPS));
    const values = [bytes, kind, ttlSeconds, step, size, Math.floor(this.bytes * share), LONGEST_SECONDS];
    return (await this.#client.eval(WRITE, 2, entry, counts, ...values)) as (number | string)[];
  }
}
