-- Offers a callback; who presses 1 is lined up, everyone else waits in the ordinary queue.
-- Called from the dialplan of docs/ivr-freeswitch.md, which has let digits alone through.
local gateway, line = "http://127.0.0.1:8080/v1", "3042"

local number = session:getVariable("caller_id_number") or ""
local key = session:playAndGetDigits(1, 1, 1, 5000, "", "virtualq/press-1-to-keep-your-place.wav", "", "1")
local word = ""
if key == "1" and number:match("^%+?%d+$") then
  -- An API call, not the application: it goes on when the caller hangs up, as many do after the 1.
  local url = gateway .. "/line-up?line_id=" .. line .. "&phone=" .. number
  word = freeswitch.API():execute("curl", url .. " connect-timeout 1 timeout 4 get") or ""
end
if word:match("^%s*(.-)%s*$") == "lined-up" then
  session:execute("playback", "virtualq/we-will-text-you.wav")
  session:hangup()
else
  session:transfer("support_queue", "XML", "default")
end
