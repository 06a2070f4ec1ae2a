// The buckets are those of `TokenBucket`, by the server's clock. A bucket that is not there is a full one. Levels are written
// with all their digits: the server itself would cut them.

extension RedisScript {
    /// Counts one claim against all of its limits, or none.
    ///
    /// Keys: for each count its bucket and its places. Arguments: the claim's name, its tokens, the lease in ms; then for each
    /// count requests, tokens and places (-1 limits nothing) and the window in ms. Answers 1 or 0 for granted or refused, and for
    /// each count: the unit that refuses (0 none, 1 requests, 2 tokens, 3 places), how long to wait, requests left, until they are
    /// all there, tokens left, until they are all there; -1 left where nothing limits them, times in ms.
    static let reserve = RedisScript(
        .reserve,
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local amount, lease = tonumber(ARGV[2]), tonumber(ARGV[3])
        local function filled(level, at, capacity, window)
          if not level then return capacity end
          return math.min(capacity, tonumber(level) + math.max(0, now - tonumber(at)) * capacity / window)
        end
        local counts, refused = {}, false
        for i = 1, #KEYS / 2 do
          local c = {bucket = KEYS[2 * i - 1], places = KEYS[2 * i], unit = 0, wait = 0}
          c.requests, c.tokens = tonumber(ARGV[4 * i]), tonumber(ARGV[4 * i + 1])
          c.limit, c.window = tonumber(ARGV[4 * i + 2]), tonumber(ARGV[4 * i + 3])
          if c.requests >= 0 or c.tokens >= 0 then
            local held = redis.call('HMGET', c.bucket, 'r', 'ra', 't', 'ta')
            if c.requests >= 0 then c.r = filled(held[1], held[2], c.requests, c.window) end
            if c.tokens >= 0 then c.t = filled(held[3], held[4], c.tokens, c.window) end
          end
          if c.limit >= 0 then
            redis.call('ZREMRANGEBYSCORE', c.places, '-inf', now)
            if redis.call('ZCARD', c.places) >= c.limit then c.unit, c.wait = 3, 1000 end
          end
          if c.unit == 0 and c.r and 1 - c.r > 1e-9 then
            c.unit, c.wait = 1, (1 - c.r) * c.window / c.requests
          end
          if c.unit == 0 and c.t then
            local missing = math.min(amount, c.tokens) - c.t
            if missing > 1e-9 then c.unit, c.wait = 2, missing * c.window / c.tokens end
          end
          refused = refused or c.unit > 0
          counts[i] = c
        end
        local reply = {refused and 0 or 1}
        for _, c in ipairs(counts) do
          if not refused then
            if c.r then
              c.r = c.r - 1
              redis.call('HSET', c.bucket, 'r', string.format('%.17g', c.r), 'ra', string.format('%.0f', now))
            end
            if c.t then
              c.t = math.max(c.t - amount, -c.tokens)
              redis.call('HSET', c.bucket, 't', string.format('%.17g', c.t), 'ta', string.format('%.0f', now))
            end
            if c.r or c.t then redis.call('PEXPIRE', c.bucket, string.format('%.0f', 2 * c.window + 1000)) end
            if c.limit >= 0 then
              redis.call('ZADD', c.places, string.format('%.0f', now + lease), ARGV[1])
              redis.call('PEXPIRE', c.places, 2 * lease)
            end
          end
          local function add(level, capacity)
            if not level then
              reply[#reply + 1] = -1
              reply[#reply + 1] = 0
            else
              reply[#reply + 1] = math.floor(math.max(0, level))
              reply[#reply + 1] = math.ceil(math.max(0, capacity - level) * c.window / capacity)
            end
          end
          reply[#reply + 1] = c.unit
          reply[#reply + 1] = math.ceil(c.wait)
          add(c.r, c.requests)
          add(c.t, c.tokens)
        end
        return reply
        """)

    /// Ends a claim. Keys as above; arguments: the claim's name, the tokens to put back (below zero: to take); then for each
    /// count its tokens (-1 limits nothing) and the window in ms.
    static let settle = RedisScript(
        .settle,
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local change = tonumber(ARGV[2])
        for i = 1, #KEYS / 2 do
          local bucket, capacity, window = KEYS[2 * i - 1], tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2])
          redis.call('ZREM', KEYS[2 * i], ARGV[1])
          if capacity >= 0 and change ~= 0 then
            local held = redis.call('HMGET', bucket, 't', 'ta')
            local level = capacity
            if held[1] then
              level = math.min(capacity, tonumber(held[1]) + math.max(0, now - tonumber(held[2])) * capacity / window)
            end
            level = math.max(-capacity, math.min(capacity, level + change))
            redis.call('HSET', bucket, 't', string.format('%.17g', level), 'ta', string.format('%.0f', now))
            redis.call('PEXPIRE', bucket, string.format('%.0f', 2 * window + 1000))
          end
        end
        return 1
        """)

    /// Keeps the places of requests under way. Keys: the places; arguments: the lease in ms and the claims' names.
    static let renew = RedisScript(
        .renew,
        """
        local time = redis.call('TIME')
        local now, lease = time[1] * 1000 + math.floor(time[2] / 1000), tonumber(ARGV[1])
        for i = 2, #ARGV do redis.call('ZADD', KEYS[1], string.format('%.0f', now + lease), ARGV[i]) end
        redis.call('PEXPIRE', KEYS[1], 2 * lease)
        return 1
        """)

    /// Whether scripts can read the clock and write: what all others do.
    static let signOfLife = RedisScript(
        .signOfLife,
        """
        local time = redis.call('TIME')
        redis.call('SET', KEYS[1], time[1], 'PX', 60000)
        return 1
        """)
}
