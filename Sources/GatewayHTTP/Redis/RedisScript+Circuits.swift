extension RedisScript {
    /// Takes a gateway's report on circuits in, and answers with those of all.
    ///
    /// Keys: the circuits, a hash of JSON texts by the instances' names; the gateways, by when they were last heard of. Arguments:
    /// the gateway's name, and the report as JSON. Answers how many gateways there are, and for each circuit its name, 1 or 0 for
    /// open or closed, how often it opened in a row, ms until it may be probed, and for how many ms this gateway may do so.
    ///
    /// The leave to probe lasts three seconds, and longer only while a probe is under way. Whoever had it and did not use it waits
    /// until others who want it had their turn.
    static let circuits = RedisScript(
        .circuits,
        """
        local time = redis.call('TIME')
        local now, me = time[1] * 1000 + math.floor(time[2] / 1000), ARGV[1]
        local report = cjson.decode(ARGV[2])
        redis.call('ZADD', KEYS[2], string.format('%.0f', now), me)
        redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now - 5000))
        redis.call('PEXPIRE', KEYS[2], 60000)
        local circuits, changed = {}, {}
        local rows = redis.call('HGETALL', KEYS[1])
        for i = 1, #rows, 2 do circuits[rows[i]] = cjson.decode(rows[i + 1]) end
        for _, o in ipairs(report.opened) do
          local c = circuits[o.name]
          if not c or c.closed or c.openings < o.openings then
            circuits[o.name] = {openings = o.openings, till = now + o.ms}
            changed[o.name] = true
          end
        end
        for _, name in ipairs(report.hastened) do
          local c = circuits[name]
          if c and not c.closed and c.till > now then
            c.till = now
            changed[name] = true
          end
        end
        for _, name in ipairs(report.closed) do
          local c = circuits[name]
          if c and not c.closed then
            circuits[name] = {openings = c.openings, till = now, closed = true}
            changed[name] = true
          end
        end
        for _, name in ipairs(report.probed) do
          local c = circuits[name]
          if c and not c.closed and (c.holder == me or not c.holder or c.lease <= now) then
            c.holder, c.lease = me, now + 3000
            changed[name] = true
          end
        end
        for _, name in ipairs(report.wanted) do
          local c = circuits[name]
          if c and not c.closed and c.till <= now and (not c.holder or c.lease <= now) then
            if c.holder ~= me or c.lease + 1500 <= now then
              c.holder, c.lease = me, now + 3000
              changed[name] = true
            end
          end
        end
        local reply = {redis.call('ZCARD', KEYS[2])}
        for name, c in pairs(circuits) do
          if c.closed and c.till + 30000 < now or c.till + 3600000 < now then
            redis.call('HDEL', KEYS[1], name)
          else
            if changed[name] then redis.call('HSET', KEYS[1], name, cjson.encode(c)) end
            reply[#reply + 1] = name
            reply[#reply + 1] = c.closed and 0 or 1
            reply[#reply + 1] = c.openings
            reply[#reply + 1] = math.max(0, c.till - now)
            reply[#reply + 1] = not c.closed and c.holder == me and math.max(0, c.lease - now) or 0
          end
        end
        if next(changed) then redis.call('PEXPIRE', KEYS[1], 86400000) end
        return reply
        """)
}
