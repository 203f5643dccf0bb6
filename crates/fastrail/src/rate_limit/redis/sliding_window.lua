-- KEYS[1]: "window before count". ARGV: the limit, the window's length in microseconds.
local time = redis.call('TIME')
local limit, length = tonumber(ARGV[1]), tonumber(ARGV[2])
local now = time[1] * 1000000 + time[2]
local window, before, count = math.floor(now / length), 0, 0
local left = length - now % length
local kept = redis.call('GET', KEYS[1])
if kept then
  local at, older, newer = string.match(kept, '^(%d+) (%d+) (%d+)$')
  at = tonumber(at)
  if at and at >= window then
    -- A clock that goes back stays in the window it was in.
    window, before, count = at, tonumber(older), tonumber(newer)
  elseif at and at == window - 1 then
    before = tonumber(newer)
  end
end
-- a * b, of which the doubles of Lua hold only 53 bits, in two parts: a < 2^30, b < 2^42
local function product(a, b)
  local low = b % 2097152
  local high = (b - low) / 2097152
  low = a * low
  local carry = math.floor(low / 2097152)
  return a * high + carry, low - carry * 2097152
end
-- What is carried over, before * left / length rounded up, and the count leave room for one: carried <= limit - 1 - count.
local allowed, spare = 0, limit - 1 - count
if spare >= 0 then
  local carried_high, carried_low = product(before, left)
  local spare_high, spare_low = product(spare, length)
  if carried_high < spare_high or (carried_high == spare_high and carried_low <= spare_low) then
    allowed, count = 1, count + 1
    local useful = (window + 2) * length - now
    local value = string.format('%.0f %.0f %.0f', window, before, count)
    redis.call('SET', KEYS[1], value, 'PX', string.format('%.0f', math.ceil(useful / 1000) + 1))
  end
end
return {allowed, before, count, tonumber(time[1]), tonumber(time[2])}
