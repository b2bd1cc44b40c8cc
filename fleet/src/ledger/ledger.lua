-- The calls of one subject. KEYS[1] is a hash of all there is of it:
--   r               the subject that this is another name of; then there is nothing else
--   v               how often it has changed
--   OPERATION|ID    a call: Unix milliseconds, and `a` if it was answered or `u` if that is unknown
--   OPERATION|b     until when Graph blocks the operation
--   OPERATION|w     the longest window that a call was counted by
-- Time is that of the server.
local key, verb, operation = KEYS[1], ARGV[1], ARGV[2]
local window, max, block = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- For clocks that differ when another server takes over.
local SLACK = 3600000
local NAME_KEPT = 15552000000

local function text(number)
    return string.format('%.0f', number)
end

local root = redis.call('HGET', key, 'r')
if root then
    redis.call('PEXPIRE', key, NAME_KEPT)
    return {'root', root}
end

local function keep_until(moment)
    local known = redis.call('PEXPIRETIME', key)
    local wanted = moment + SLACK
    if known < wanted then
        redis.call('PEXPIREAT', key, text(wanted))
    end
end

local function changed()
    redis.call('HINCRBY', key, 'v', 1)
end

local function field(name)
    return operation .. '|' .. name
end

local function read(name)
    return tonumber(redis.call('HGET', key, name) or '0')
end

local function longest_window()
    local known = read(field('w'))
    if known >= window then
        return known
    end
    redis.call('HSET', key, field('w'), text(window))
    return window
end

local function put(id, at, mark)
    redis.call('HSET', key, field(id), text(at) .. mark)
    keep_until(at + longest_window())
    changed()
end

local function put_block(moment)
    if moment > read(field('b')) then
        redis.call('HSET', key, field('b'), text(moment))
    end
    keep_until(moment)
    changed()
end

-- The calls in the window, and until when the operation is blocked. What has left the longest window is forgotten.
local function calls()
    local found, blocked, kept, start = {}, 0, window, #operation + 1
    local all = redis.call('HGETALL', key)
    local own = {}
    for i = 1, #all, 2 do
        if string.sub(all[i], 1, start) == field('') then
            local name = string.sub(all[i], start + 1)
            if name == 'b' then
                blocked = tonumber(all[i + 1])
            elseif name == 'w' then
                kept = math.max(kept, tonumber(all[i + 1]))
            else
                own[#own + 1] = {name, tonumber(string.sub(all[i + 1], 1, -2)), string.sub(all[i + 1], -1)}
            end
        end
    end
    for _, call in ipairs(own) do
        if call[2] + window > now then
            found[#found + 1] = call
        elseif call[2] + kept <= now then
            redis.call('HDEL', key, field(call[1]))
        end
    end
    table.sort(found, function(one, other) return one[2] < other[2] end)
    return found, blocked
end

-- How many calls count, how many of them are unknown, since when, when there is room again and how that is known, and what time it is.
local function standing()
    local found, blocked = calls()
    local unknown, full_until = 0, 0
    for _, call in ipairs(found) do
        if call[3] == 'u' then
            unknown = unknown + 1
        end
    end
    if #found >= max and max > 0 then
        full_until = found[#found - max + 1][2] + window
    elseif max == 0 then
        full_until = now + window
    end
    local retry, basis = 0, ''
    if blocked > now and blocked >= full_until then
        retry, basis = blocked, 'observed'
    elseif full_until > now then
        retry, basis = full_until, 'estimated'
    end
    local since = found[1] and found[1][2] or 0
    return {retry > 0 and 'closed' or 'open', text(#found), text(unknown), text(since), text(retry), basis, text(now)}
end

if verb == 'reserve' then
    -- One that is there already was asked for twice, because the first answer was lost.
    if redis.call('HEXISTS', key, field(ARGV[6])) == 0 then
        local found = standing()
        if found[1] == 'closed' then
            return found
        end
        put(ARGV[6], now, 'u')
    end
    return {'reserved'}
elseif verb == 'reserve anyway' then
    put(ARGV[6], now, 'u')
    return {'reserved'}
elseif verb == 'commit' then
    local known = redis.call('HGET', key, field(ARGV[6]))
    local at = known and math.max(now, tonumber(string.sub(known, 1, -2))) or now
    put(ARGV[6], at, ARGV[7])
    if ARGV[8] == 'blocks' then
        put_block(at + block)
    end
    return {'done'}
elseif verb == 'release' then
    if redis.call('HDEL', key, field(ARGV[6])) == 1 and redis.call('EXISTS', key) == 1 then
        changed()
    end
    return {'done'}
elseif verb == 'record calls' then
    local at = now - tonumber(ARGV[6])
    for i = 7, #ARGV do
        put(ARGV[i], at, 'a')
    end
    return {'done'}
elseif verb == 'record block' then
    put_block(now - tonumber(ARGV[6]) + block)
    return {'done'}
elseif verb == 'inspect' then
    return standing()
elseif verb == 'clear' then
    local names = redis.call('HKEYS', key)
    for _, name in ipairs(names) do
        if string.sub(name, 1, #operation + 1) == field('') then
            redis.call('HDEL', key, name)
        end
    end
    if redis.call('EXISTS', key) == 1 then
        changed()
    end
    return {'done'}
elseif verb == 'read' then
    local all = redis.call('HGETALL', key)
    table.insert(all, 1, 'all')
    table.insert(all, 2, redis.call('HGET', key, 'v') or '0')
    table.insert(all, 3, text(redis.call('PEXPIRETIME', key)))
    return all
elseif verb == 'merge' then
    -- ARGV[6] is until when it is kept, and then names and values follow: of each the later and the more certain counts.
    for i = 7, #ARGV, 2 do
        local name, value = ARGV[i], ARGV[i + 1]
        local known = redis.call('HGET', key, name)
        if name ~= 'v' and name ~= 'r' then
            if not known then
                redis.call('HSET', key, name, value)
            elseif string.find(value, '[au]$') then
                local at = math.max(tonumber(string.sub(known, 1, -2)), tonumber(string.sub(value, 1, -2)))
                local answered = string.find(known .. value, 'a') and 'a' or 'u'
                redis.call('HSET', key, name, text(at) .. answered)
            elseif tonumber(value) > tonumber(known) then
                redis.call('HSET', key, name, value)
            end
        end
    end
    changed()
    keep_until(math.max(tonumber(ARGV[6]), now))
    return {'done'}
elseif verb == 'point' then
    -- Only if nothing has changed since it was read, so that nothing is lost on the way.
    if (redis.call('HGET', key, 'v') or '0') ~= ARGV[6] then
        return {'changed'}
    end
    redis.call('DEL', key)
    redis.call('HSET', key, 'r', ARGV[7])
    redis.call('PEXPIRE', key, NAME_KEPT)
    return {'done'}
end
return redis.error_reply('no such verb')
