namespace GateMiddleware.Decisions;

/// <summary>The steps that must be one step. They run on Redis 5 and later, and on Garnet with Lua.</summary>
internal static class RedisScripts
{
    /// <summary>
    /// KEYS: generation. ARGV: a new generation. Gives the generation and the time in milliseconds, both of this Redis.
    /// A Redis that lost its data has lost its floors too; the generation tells, so that no answer from before is put afterwards.
    /// </summary>
    public const string Ticket = """
        local generation = redis.call('GET', KEYS[1])
        if not generation then
            generation = ARGV[1]
            redis.call('SET', KEYS[1], generation)
        end
        local time = redis.call('TIME')
        return { generation, time[1], time[2] }
        """;

    /// <summary>
    /// KEYS: entry, three floors, generation. ARGV: version, value, end of the lease in milliseconds, generation.
    /// The end of the lease is compared here, on one clock: a command that was held up on its way must not start a lease of its own.
    /// </summary>
    public const string Put = """
        if redis.call('GET', KEYS[5]) ~= ARGV[4] then return 0 end
        for i = 2, 4 do
            local floor = redis.call('GET', KEYS[i])
            if floor and floor > ARGV[1] then return 0 end
        end
        local known = redis.call('GET', KEYS[1])
        if known and string.sub(known, 1, 19) > ARGV[1] then return 0 end
        local time = redis.call('TIME')
        local left = tonumber(ARGV[3]) - (tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
        if left <= 0 then return 0 end
        redis.call('SET', KEYS[1], ARGV[2], 'PX', string.format('%d', left))
        return 1
        """;

    /// <summary>KEYS: floor. ARGV: version, life of the floor in milliseconds.</summary>
    public const string Forget = """
        local known = redis.call('GET', KEYS[1])
        local floor = ARGV[1]
        if known and known > floor then floor = known end
        redis.call('SET', KEYS[1], floor, 'PX', ARGV[2])
        return 1
        """;
}
