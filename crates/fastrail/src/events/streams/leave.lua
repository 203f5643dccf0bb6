-- Removes consumers that have nothing pending. KEYS[1]: the stream. ARGV: the group, the consumer's name or nothing for all
-- that were silent for longer than the last argument, in milliseconds.
local info = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if info.err then return end
for _, pairs in ipairs(info) do
  local of = {}
  for at = 1, #pairs, 2 do of[pairs[at]] = pairs[at + 1] end
  local leaves = of.name == ARGV[2] or (ARGV[2] == '' and of.idle > tonumber(ARGV[3]))
  if leaves and of.pending == 0 then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], of.name) end
end
