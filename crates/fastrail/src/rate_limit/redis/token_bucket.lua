-- KEYS[1]: when the bucket is full again, "seconds nanoseconds". ARGV: how long a token takes to come, and all of them,
-- each in seconds and nanoseconds.
local time = redis.call('TIME')
local now_s, now_ns = tonumber(time[1]), time[2] * 1000
local function later(s, ns, by_s, by_ns)
  s, ns = s + tonumber(by_s), ns + tonumber(by_ns)
  if ns >= 1000000000 then return s + 1, ns - 1000000000 end
  return s, ns
end
local function is_after(s, ns, than_s, than_ns)
  return s > than_s or (s == than_s and ns > than_ns)
end
local full_s, full_ns = now_s, now_ns
local kept = redis.call('GET', KEYS[1])
if kept then
  local s, ns = string.match(kept, '^(%d+) (%d+)$')
  s, ns = tonumber(s), tonumber(ns)
  if s and is_after(s, ns, now_s, now_ns) then full_s, full_ns = s, ns end
end
local next_s, next_ns = later(full_s, full_ns, ARGV[1], ARGV[2])
local last_s, last_ns = later(now_s, now_ns, ARGV[3], ARGV[4])
local allowed = 0
if not is_after(next_s, next_ns, last_s, last_ns) then
  allowed, full_s, full_ns = 1, next_s, next_ns
  local useful = (full_s - now_s) * 1000 + math.ceil((full_ns - now_ns) / 1000000) + 1
  local value = string.format('%.0f %.0f', full_s, full_ns)
  redis.call('SET', KEYS[1], value, 'PX', string.format('%.0f', useful))
end
return {allowed, full_s, full_ns, tonumber(time[1]), tonumber(time[2])}
