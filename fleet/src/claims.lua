-- One event. KEYS[1] is a text: a number once it was handled; `L:FENCE:UNTIL:NONCE` while it is being handled, and `F:FENCE` when that failed. Fences are microseconds
-- of the server's clock, or one more than the last that is known.
local key, verb = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- The last fence is known so much longer than it counts, for servers whose clocks differ.
local SLACK = 3600000

local function text(number)
    return string.format('%.0f', number)
end

local known = redis.call('GET', key)
local state, fence, till, nonce = 'none', 0, 0, ''
if known then
    local held, moment, who = string.match(known, '^L:(%d+):(%d+):(.*)$')
    local free = string.match(known, '^F:(%d+)$')
    if held then
        state, fence, till, nonce = 'held', tonumber(held), tonumber(moment), who
    elseif free then
        state, fence = 'free', tonumber(free)
    else
        state, fence = 'done', tonumber(known)
    end
end

local micros = text(time[1] * 1000000 + time[2])
if verb == 'take' then
    local lease = tonumber(ARGV[3])
    if state == 'done' then
        return {'done', micros}
    elseif state == 'held' and till > now then
        -- The answer to the first asking was lost.
        if nonce == ARGV[2] then
            return {'taken', micros, text(fence)}
        end
        return {'held', micros, text(till - now)}
    end
    local next = math.max(time[1] * 1000000 + time[2], fence + 1)
    redis.call('SET', key, 'L:' .. text(next) .. ':' .. text(now + lease) .. ':' .. ARGV[2], 'PX', text(lease + SLACK))
    return {'taken', micros, text(next)}
end

local mine = tonumber(ARGV[2])
if verb == 'done' then
    -- The lease may have run out, as long as no one has taken the event since.
    if state == 'none' or fence == mine then
        redis.call('SET', key, text(mine), 'PX', ARGV[3])
        return {'yes', micros}
    elseif state == 'free' or (state == 'held' and till <= now) then
        -- Another had it meanwhile, and has it no more: it was handled all the same.
        redis.call('SET', key, text(mine), 'PX', ARGV[3])
    end
    return {'no', micros}
elseif verb == 'release' then
    if state == 'none' or (state == 'free' and fence == mine) then
        return {'yes', micros}
    elseif state == 'held' and fence == mine then
        redis.call('SET', key, 'F:' .. text(mine), 'PX', text(SLACK))
        return {'yes', micros}
    end
    return {'no', micros}
end
return redis.error_reply('no such verb')
