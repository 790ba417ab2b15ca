/**
 * The windows of `SlidingWindow` in Redis, for all limits of one request at once: a list of times a window, in microseconds of the
 * server's clock, one for each group of admissions, and `time:n` for the newest one while it has n admissions and may
 * have more.
 *
 * KEYS are the windows; ARGV has for each the limit, the length in microseconds and the size of a group. It gives 1 or 0 for
 * whether the request is admitted, and then for each window how many more would be, and milliseconds until there are more.
 */
export const ADMIT = `
local time = redis.call('TIME')
local clock = time[1] * 1000000 + time[2]
local windows = {}
local admitted = 1

for index, key in ipairs(KEYS) do
  local limit, length, size = tonumber(ARGV[index * 3 - 2]), tonumber(ARGV[index * 3 - 1]), tonumber(ARGV[index * 3])
  local window = { limit = limit, length = length, size = size, now = clock, filled = size, groups = redis.call('LLEN', key) }
  if window.groups > 0 then
    local newest, filled = string.match(redis.call('LINDEX', key, -1), '^(%d+):?(%d*)$')
    newest = tonumber(newest)
    window.filled = tonumber(filled) or size
    -- A clock that was set back stands still until it is where it was; what lies more than a window ahead is of no use.
    if newest - clock > length then
      redis.call('DEL', key)
      window.groups = 0
    elseif newest > clock then
      window.now = newest
    end
  end
  while window.groups > 0 do
    local oldest = tonumber(string.match(redis.call('LINDEX', key, 0), '^%d+'))
    window.oldest = oldest
    if oldest > window.now - length then break end
    redis.call('LPOP', key)
    window.groups = window.groups - 1
  end
  window.used = window.groups == 0 and 0 or (window.groups - 1) * size + window.filled
  if window.used >= limit then admitted = 0 end
  windows[index] = window
end

local answer = { admitted }
for index, key in ipairs(KEYS) do
  local window = windows[index]
  if admitted == 1 then
    local filled = 1
    if window.groups == 0 then window.oldest = window.now end
    local joins = window.groups > 0 and window.filled < window.size
    if joins then filled = window.filled + 1 end
    local group = string.format('%.0f', window.now)
    if filled < window.size then group = group .. ':' .. filled end
    if joins then
      if window.groups == 1 then window.oldest = window.now end
      redis.call('LSET', key, -1, group)
    else
      redis.call('RPUSH', key, group)
      window.groups = window.groups + 1
    end
    window.used = window.used + 1
    redis.call('PEXPIRE', key, math.ceil(window.length / 1000) + 1000)
  end
  answer[#answer + 1] = window.limit - window.used
  answer[#answer + 1] = window.groups == 0 and 0 or math.ceil((window.oldest + window.length - window.now) / 1000)
end
return answer
`
