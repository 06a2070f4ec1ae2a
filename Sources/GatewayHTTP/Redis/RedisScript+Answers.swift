// Every answer is a key of its own that expires. The index has them by when they do, as `size:key`, so that the sum of what is
// kept can be held: what expires first goes first.

extension RedisScript {
    /// Keeps an answer. Keys: the answer, the index, the sum of bytes. Arguments: the answer, its time to live in ms, and what all
    /// may take. Answers 1 when it is kept.
    static let keepAnswer = RedisScript(
        .keepAnswer,
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local key, index, sum = KEYS[1], KEYS[2], KEYS[3]
        local ttl, most = tonumber(ARGV[2]), tonumber(ARGV[3])
        local function entry(bytes)
          local size = #key + bytes + 256
          return size, string.format('%.0f', size) .. ':' .. key
        end
        local size, member = entry(#ARGV[1])
        if size > most then return 0 end
        local total = tonumber(redis.call('GET', sum) or '0')
        local function forget(old)
          if redis.call('ZREM', index, old) == 1 then total = total - tonumber(string.match(old, '^%d+')) end
        end
        local before = redis.call('STRLEN', key)
        if before > 0 then
          local _, old = entry(before)
          forget(old)
        end
        for _, old in ipairs(redis.call('ZRANGEBYSCORE', index, '-inf', now, 'LIMIT', 0, 100)) do forget(old) end
        local rounds = 0
        while total + size > most and rounds < 1000 do
          local old = redis.call('ZRANGE', index, 0, 0)[1]
          if not old then
            total = 0
            break
          end
          redis.call('UNLINK', string.match(old, '^%d+:(.*)$'))
          forget(old)
          rounds = rounds + 1
        end
        if total + size > most then
          redis.call('SET', sum, string.format('%.0f', total), 'KEEPTTL')
          return 0
        end
        redis.call('SET', key, ARGV[1], 'PX', ttl)
        redis.call('ZADD', index, string.format('%.0f', now + ttl), member)
        local left = math.max(ttl, redis.call('PTTL', index)) + 1000
        redis.call('PEXPIRE', index, string.format('%.0f', left))
        redis.call('SET', sum, string.format('%.0f', math.max(0, total) + size), 'PX', string.format('%.0f', left))
        return 1
        """)

    /// Forgets up to 500 answers. Keys: the index, the sum of bytes. Answers how many entries there were, and how many of them had
    /// not expired.
    static let clearAnswers = RedisScript(
        .clearAnswers,
        """
        local taken = redis.call('ZPOPMIN', KEYS[1], 500)
        local removed = 0
        for i = 1, #taken, 2 do removed = removed + redis.call('UNLINK', string.match(taken[i], '^%d+:(.*)$')) end
        if #taken == 0 then redis.call('DEL', KEYS[2]) end
        return {#taken / 2, removed}
        """)
}
