-- KEYS[1]: "window count". ARGV: the limit, the window's length in microseconds.
local time = redis.call('TIME')
local limit, length = tonumber(ARGV[1]), tonumber(ARGV[2])
local now = time[1] * 1000000 + time[2]
local window, count = math.floor(now / length), 0
local kept = redis.call('GET', KEYS[1])
if kept then
  local at, counted = string.match(kept, '^(%d+) (%d+)$')
  -- A clock that goes back stays in the window it was in.
  if at and tonumber(at) >= window then window, count = tonumber(at), tonumber(counted) end
end
local allowed = 0
if count < limit then
  allowed, count = 1, count + 1
  local left = (window + 1) * length - now
  redis.call('SET', KEYS[1], string.format('%.0f %.0f', window, count), 'PX', string.format('%.0f', math.ceil(left / 1000) + 1))
end
return {allowed, 0, count, tonumber(time[1]), tonumber(time[2])}
