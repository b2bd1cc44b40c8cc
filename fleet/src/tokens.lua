-- The token of one credential. KEYS[1] is a hash: t is the token, sealed, and h its hash; n is who asks the provider, and u until when he may.
local key, verb, nonce = KEYS[1], ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function text(number)
    return string.format('%.0f', number)
end

local known = redis.call('HMGET', key, 't', 'h', 'n', 'u')
local asking = known[3] and tonumber(known[4]) > now
if verb == 'get' then
    if known[1] and known[2] ~= ARGV[3] then
        return {'found', known[1]}
    elseif asking and known[3] ~= nonce then
        return {'asked', text(tonumber(known[4]) - now)}
    end
    local allowed = tonumber(ARGV[4])
    redis.call('HSET', key, 'n', nonce, 'u', text(now + allowed))
    if redis.call('PTTL', key) < allowed then
        redis.call('PEXPIRE', key, text(allowed))
    end
    return {'ask'}
elseif verb == 'put' then
    -- One whose leave has run out may be late: what another has put since is newer.
    if known[1] and known[3] ~= nonce then
        return {'late'}
    end
    redis.call('DEL', key)
    redis.call('HSET', key, 't', ARGV[3], 'h', ARGV[4])
    redis.call('PEXPIRE', key, ARGV[5])
    return {'done'}
elseif verb == 'give up' then
    if known[3] == nonce then
        redis.call('HDEL', key, 'n', 'u')
    end
    return {'done'}
end
return redis.error_reply('no such verb')
