-- Decides when one request can be sent. Times are microseconds of the clock of Redis. `coordinator` explains the modes.
--
-- KEYS[1]  a hash: seen (time of the last query), next (time of the next permit), quota_from (start of the local quotas),
--          permits_from (start of the permits), slow and slow_until (the longest interval lately, and its end)
-- ARGV     interval, longest wait, max reservation, gap, idle, warm-up, duration of slow; then the expiry of the key in
--          milliseconds
-- Returns  {0, wait}  a permit after this time    {1, time}  the local quota for this time, permits are not granted yet
--          {2, wait}  query again after this time, no permit is taken
local interval, longest, reservation, gap, idle, warm_up, slow_for =
    tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]),
    tonumber(ARGV[7])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])

local stored = redis.call('HMGET', KEYS[1], 'seen', 'next', 'quota_from', 'permits_from', 'slow', 'slow_until')
for index = 1, 6 do
    stored[index] = tonumber(stored[index] or 0) or 0
end
local seen, next, quota_from, permits_from, slow, slow_until = unpack(stored)

if seen == 0 or seen > now + reservation then
    -- Redis has lost its data, or its clock was set back: permits that it granted can still be in use.
    quota_from = now + reservation + gap
    permits_from = quota_from + warm_up
    next, slow, slow_until = 0, 0, 0
else
    now = math.max(now, seen)
    if now - seen > idle then
        -- A process that could not reach Redis can be using its local quota.
        quota_from = now
        permits_from = now + warm_up
    end
end

if interval >= slow or now >= slow_until then
    slow = interval
    slow_until = now + slow_for
end

local kind, wait
if now < quota_from then
    kind, wait = 2, quota_from - now
elseif now < permits_from - gap then
    kind, wait = 1, permits_from - gap - now
else
    local moment = math.max(now, next, permits_from)
    wait = moment - now
    if wait > longest then
        kind = 2
    elseif wait > reservation then
        kind, wait = 2, wait - reservation / 2
    else
        kind = 0
        next = moment + slow
    end
end

local function whole(number)
    return string.format('%.0f', number)
end
redis.call('HSET', KEYS[1], 'seen', whole(now), 'next', whole(next), 'quota_from', whole(quota_from),
    'permits_from', whole(permits_from), 'slow', whole(slow), 'slow_until', whole(slow_until))
redis.call('PEXPIRE', KEYS[1], ARGV[8])
return { kind, math.ceil(wait) }
