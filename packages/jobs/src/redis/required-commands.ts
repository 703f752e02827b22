/**
 * Runs each command that the scripts of BullMQ run, on keys of its own, which it then removes. Returns the first command that
 * fails and Redis' answer; nothing if all succeed.
 *
 * KEYS[1]: the beginning of the keys' names
 */
export const REQUIRED_COMMANDS = `
local text, hash, list, other, set, sorted, stream =
  KEYS[1], KEYS[1] .. ':h', KEYS[1] .. ':l', KEYS[1] .. ':o', KEYS[1] .. ':s', KEYS[1] .. ':z', KEYS[1] .. ':x'
local commands = {
  {'SET', text, '1', 'PX', '10000'}, {'GET', text}, {'EXISTS', text}, {'INCR', text}, {'PTTL', text}, {'PEXPIRE', text, '10000'},
  {'HSET', hash, 'a', '1'}, {'HMSET', hash, 'b', '2'}, {'HINCRBY', hash, 'a', '1'}, {'HGET', hash, 'a'}, {'HMGET', hash, 'a'},
  {'HGETALL', hash}, {'HEXISTS', hash, 'a'}, {'HDEL', hash, 'a'},
  {'LPUSH', list, 'a', 'b'}, {'RPUSH', list, 'c'}, {'RPOPLPUSH', list, other}, {'LLEN', list}, {'LREM', list, '1', 'a'},
  {'LTRIM', list, '0', '1'},
  {'SADD', set, 'a', 'b'}, {'SCARD', set}, {'SREM', set, 'a'},
  {'ZADD', sorted, '1', 'a', '2', 'b'}, {'ZSCORE', sorted, 'a'}, {'ZCARD', sorted}, {'ZRANGE', sorted, '0', '-1'},
  {'ZREVRANGE', sorted, '0', '-1'}, {'ZRANGEBYSCORE', sorted, '1', '2'}, {'ZREVRANGEBYSCORE', sorted, '2', '1'},
  {'ZREMRANGEBYSCORE', sorted, '5', '6'}, {'ZREMRANGEBYRANK', sorted, '5', '6'}, {'ZREM', sorted, 'b'}, {'ZPOPMIN', sorted},
  {'XADD', stream, '*', 'a', '1'}, {'XTRIM', stream, 'MAXLEN', '0'},
  {'DEL', text, hash, list, other, set, sorted, stream},
}
for _, command in ipairs(commands) do
  local answer = redis.pcall(unpack(command))
  if type(answer) == 'table' and answer.err then return {command[1], answer.err} end
end
return {}
`;
