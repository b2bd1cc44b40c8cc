-- Turns of one object. Each key is a queue: when the turns that were given will have been used, in microseconds of the server's clock. The first is
-- that of the object, the others those of its pairs.
-- ARGV[1] and ARGV[2] say how many turns more are wanted of the first, and how far apart they are; ARGV[3] how soon they have to begin. Then requests follow:
-- what it is (T takes, C counts, B gives back), how long it may wait or how often, how many lanes, and for each lane
-- its key, interval, how far ahead it may be, and where the turn was.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local SLACK = 1000

local function text(number)
    return string.format('%.0f', number)
end

local ends, changed = {}, {}
local stored = redis.call('MGET', unpack(KEYS))
for i = 1, #KEYS do
    ends[i] = tonumber(stored[i] or '0')
end

local function move(lane, to)
    ends[lane.key] = to
    changed[lane.key] = lane.ahead
end

local answers, i = {text(now)}, 4
while i <= #ARGV do
    local verb, number, count = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
    i = i + 3
    local lanes = {}
    for lane = 1, count do
        lanes[lane] = {
            key = tonumber(ARGV[i]),
            interval = tonumber(ARGV[i + 1]),
            ahead = tonumber(ARGV[i + 2]),
            at = tonumber(ARGV[i + 3]),
        }
        i = i + 4
    end
    if verb == 'T' then
        local wait = 0
        for _, lane in ipairs(lanes) do
            wait = math.max(wait, math.max(ends[lane.key], now) - now - lane.ahead)
        end
        if wait > number then
            answers[#answers + 1] = 'L ' .. text(wait)
        else
            local given = {'T', text(wait)}
            for _, lane in ipairs(lanes) do
                local at = math.max(ends[lane.key], now)
                given[#given + 1] = text(at)
                move(lane, at + lane.interval)
            end
            answers[#answers + 1] = table.concat(given, ' ')
        end
    else
        for _, lane in ipairs(lanes) do
            if verb == 'C' then
                move(lane, math.max(ends[lane.key], now) + lane.interval * number)
            elseif lane.ahead > 0 then
                move(lane, ends[lane.key] - lane.interval)
            elseif ends[lane.key] == lane.at + lane.interval then
                move(lane, lane.at)
            end
        end
        answers[#answers + 1] = verb
    end
end

local wanted, interval, soon = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
-- Who queues gets what he asked for; spares are for whom comes while there is no queue.
while wanted > 0 and ends[1] - now < soon do
    local at = math.max(ends[1], now)
    answers[#answers + 1] = 'S ' .. text(at)
    move({key = 1, ahead = 0}, at + interval)
    wanted = wanted - 1
end

for key in pairs(changed) do
    local left = math.ceil((ends[key] - now) / 1000)
    if left > 0 then
        redis.call('SET', KEYS[key], text(ends[key]), 'PX', text(left + SLACK))
    else
        redis.call('DEL', KEYS[key])
    end
end
return answers
