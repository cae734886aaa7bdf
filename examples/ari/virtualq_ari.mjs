#!/usr/bin/env node
// Asks the gateway for the calls that `Stasis(virtualq,arrive,3042)` hands over, and hands back.
// The word is in VIRTUALQ_STATUS when the dialplan goes on; `queue` whatever happens.
// Needs Node 22 (or 20 with --experimental-websocket) and no package.
const ari = process.env.ARI_URL ?? 'http://127.0.0.1:8088/ari';
const user = process.env.ARI_USER ?? 'virtualq:secret';
const gateway = process.env.VIRTUALQ_GATEWAY ?? 'http://127.0.0.1:8080';
const words = ['up', 'offer', 'waiting', 'lined-up', 'accepted'];
// A second more than the gateway's own deadline; milliseconds.
const longest = 4000;

async function ask(path, lineId, phone) {
  try {
    const said = await fetch(`${gateway}/v1/${path}`, {
      method: 'POST',
      body: new URLSearchParams({ line_id: lineId, phone }),
      signal: AbortSignal.timeout(longest),
    });
    const word = (await said.text()).trim();
    return words.includes(word) ? word : 'queue';
  } catch {
    return 'queue';
  }
}

function tell(path, parameters = {}) {
  const headers = { Authorization: `Basic ${btoa(user)}` };
  return fetch(`${ari}${path}?${new URLSearchParams(parameters)}`, { method: 'POST', headers });
}

async function serve({ channel, args }) {
  const path = `/channels/${encodeURIComponent(channel.id)}`;
  const word = await ask(args[0] ?? '', args[1] ?? '', channel.caller.number);
  await tell(`${path}/variable`, { variable: 'VIRTUALQ_STATUS', value: word });
  await tell(`${path}/continue`);
}

const address = new URL(`${ari}/events`);
address.protocol = address.protocol.replace('http', 'ws');
address.search = new URLSearchParams({ app: 'virtualq', api_key: user });
const events = new WebSocket(address);
events.onmessage = ({ data }) => {
  const event = JSON.parse(data);
  // A call that has hung up meanwhile is no longer there to be told.
  if (event.type === 'StasisStart') serve(event).catch(() => {});
};
// systemd starts it again.
events.onclose = () => process.exit(1);
