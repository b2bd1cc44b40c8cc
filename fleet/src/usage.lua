-- The latest report about an app or an object. KEYS[1] is a text: Unix milliseconds of the server's clock, and the report, sealed.
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
if ARGV[1] == 'put' then
    redis.call('SET', KEYS[1], now .. ' ' .. ARGV[2], 'PX', ARGV[3])
    return {now}
end
local known = redis.call('GET', KEYS[1])
return known and {now, known} or {now}
