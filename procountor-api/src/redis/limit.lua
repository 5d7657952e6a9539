-- One decision of the limit: when may a request leave? Times are microseconds of Redis' own clock.
--
-- KEYS[1]  the limit, a hash: seen (when it was asked last), next (the next free moment), alone and open (from when each
--          process may use its share, and from when places are given), slow and slow_until (the longest interval lately)
-- ARGV     interval, longest wait, horizon, gap, idle, warm, how long slow lives; then the life of the key in milliseconds
-- Answers  {0, wait}  a place, so long from now        {1, time}  no places yet: the share may be used for so long
--          {2, wait}  ask again then, nothing is taken
local interval, longest, horizon, gap, idle, warm, lasting =
    tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]),
    tonumber(ARGV[7])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])

local kept = redis.call('HMGET', KEYS[1], 'seen', 'next', 'alone', 'open', 'slow', 'slow_until')
for index = 1, 6 do
    kept[index] = tonumber(kept[index] or 0) or 0
end
local seen, next, alone, open, slow, slow_until = unpack(kept)

if seen == 0 or seen > now + horizon then
    -- Redis has lost what it knew, or its clock was set back: places that it gave may still be used.
    alone = now + horizon + gap
    open = alone + warm
    next, slow, slow_until = 0, 0, 0
else
    now = math.max(now, seen)
    if now - seen > idle then
        -- Long enough for somebody who cannot reach Redis to have gone on without it.
        alone = now
        open = now + warm
    end
end

if interval >= slow or now >= slow_until then
    slow = interval
    slow_until = now + lasting
end

local kind, wait
if now < alone then
    kind, wait = 2, alone - now
elseif now < open - gap then
    kind, wait = 1, open - gap - now
else
    local moment = math.max(now, next, open)
    wait = moment - now
    if wait > longest then
        kind = 2
    elseif wait > horizon then
        kind, wait = 2, wait - horizon / 2
    else
        kind = 0
        next = moment + slow
    end
end

local function whole(number)
    return string.format('%.0f', number)
end
redis.call('HSET', KEYS[1], 'seen', whole(now), 'next', whole(next), 'alone', whole(alone), 'open', whole(open),
    'slow', whole(slow), 'slow_until', whole(slow_until))
redis.call('PEXPIRE', KEYS[1], ARGV[8])
return { kind, math.ceil(wait) }
