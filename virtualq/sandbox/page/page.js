// The page of the sandbox: reads the events of the server, shows them, and sends what is clicked.
import { chart, keep, make, mask, put } from "./draw.js";
import { cards, failing, journey, requests } from "./views.js";
import { languageNow, number, short, speak, switchLanguage, translate } from "./words.js";

const get = (id) => document.getElementById(id);
const DEFAULT_KEY = "sandbox-key";
const MOST_REQUESTS = 200, MOST_SAMPLES = 600;
const JSON_API = "application/vnd.api+json; charset=utf-8";
const WRONGS = {
  status503: { status: 503 },
  status429: { status: 429, retry_after: 1 },
  status500: { status: 500 },
  status401: { status: 401 },
  timeout: { timeout: true },
  lostAnswer: { lost: true },
  resetConnection: { reset: true },
  latency: { latency: 2 },
  drip: { drip: 0.05 },
  html: { html: true },
  malformed: { malformed: true },
  unknown_attributes: { unknown_attributes: true },
  unknown_state: { unknown_state: true },
};
let key = new URLSearchParams(location.hash.slice(1)).get("key") ?? sessionStorage.getItem("virtualq-key") ?? DEFAULT_KEY;
let state = null, received = 0, revealed = false;
let seen = [], samples = [];

async function send(method, path, body, type = "application/json") {
  const headers = { "X-Api-Key": key };
  if (body !== undefined) headers["Content-Type"] = type;
  try {
    const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    if (answer.ok) return true;
    const document = await answer.json();
    say(speak("failed", { e: document.errors[0].detail }), true);
  } catch (error) {
    say(speak("failed", { e: error.message }), true);
  }
  return false;
}

function say(text, isWrong = false) {
  put(get("said"), text);
  const banner = get("banner");
  banner.hidden = !isWrong;
  if (isWrong) put(banner, text);
}

// Moves of a caller: what the service does is a command, what a call center reports is the API's.
const order = (name) => (who) => send("POST", `/sandbox/${name}`, who);
const report = (told) => (who) =>
  send("PUT", "/api/v2/waiters/0", { data: { type: "waiters", attributes: { ...who, service_waiter_state: told } } }, JSON_API);
const MOVES = { notify: order("notify"), timeOut: order("time-out"), connect: report("Connected"), transfer: report("Finished") };

async function act(name, what) {
  if (name === "gate") {
    await send("POST", `/sandbox/${what.open ? "close" : "open"}-line`, { line_id: what.id });
  } else {
    const { id, phone, line_id } = what;
    const done = name === "cancel" ? await send("DELETE", `/api/v2/waiters/${id}`) : await MOVES[name]({ line_id, phone });
    if (done) say(speak("moved", { p: mask(phone), s: speak(name) }));
  }
}

function clockNow() {
  return new Date(new Date(state.now).getTime() + (performance.now() - received) * state.speed);
}

function time(value) {
  return new Date(value).toLocaleTimeString(languageNow(), { hour: "2-digit", minute: "2-digit" });
}

// What goes on between two events: times count on by themselves.
function current() {
  const passed = ((performance.now() - received) / 1000) * state.speed, now = clockNow();
  return state.lines.map((line) => ({
    ...line,
    queue: line.queue.map((one) => {
      const waits = one.virtualq_caller_state === "Waiting";
      const since = (now - new Date(one.connected_at ?? one.notified_at ?? one.created_at)) / 1000;
      const ewt = one.ewt == null ? null : Math.max(0, one.ewt - passed);
      return { ...one, line_id: line.id, since, wait_time: waits ? one.wait_time + passed : one.wait_time, ewt };
    }),
  }));
}

function show() {
  if (!state) return;
  const now = clockNow();
  put(get("now"), now.toLocaleTimeString(languageNow()));
  const { speed, moves } = state;
  const pace = speed === 0 ? "speed0" : speed === 1 ? "speed1" : "speed";
  put(get("speed"), speak(pace, { n: number(speed) }) + (moves || speed === 0 ? "" : ` · ${speak("still")}`));
  journey(get("journey"), state.lines);
  cards(get("cards"), current(), act);
}

function showRest() {
  failing(get("failing"), state.failing);
  get("heal").hidden = !state.failing.length;
  requests(get("requests"), seen.slice(0, 60), revealed);
  get("none").hidden = seen.length > 0;
  put(get("reveal"), speak(revealed ? "hide" : "show"));
  put(get("language"), speak("other"));
  const origin = location.origin;
  put(get("shell"), `export VIRTUALQ_BASE_URL=${origin}\nexport VIRTUALQ_API_KEY=…\nvirtualq line-up --line-id 3042 \\\n  --phone +17343305027 \\\n  --channel CallIn --source Phone`);
  charts();
}

function charts() {
  const series = (part) => state.lines.map((line) => ({
    points: samples.map(([at, lines]) => [at * 1000, lines[line.id]?.[part] ?? 0]),
  }));
  const draw = (name, word, part, write, total) => {
    const all = series(part);
    const each = samples.map((_, place) => all.map((one) => one.points[place][1]));
    const sums = each.map((values) => (total ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values)));
    const label = speak(word, { n: write(sums.at(-1) ?? 0), m: write(Math.max(0, ...sums)) });
    put(get(`${name}-text`), label);
    chart(get(name), all, write, time, label);
  };
  draw("chart-waiting", "chartCount", 0, (value) => number(Math.round(value)), true);
  draw("chart-wait", "chartWait", 1, short, false);
  keep(get("legend"), state.lines, (line) => line.id, () => make("li"), (node, line) => {
    node.className = `s${state.lines.indexOf(line) % 6}`;
    put(node, line.name);
  });
}

function choices(select, options) {
  const chosen = select.value;
  select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
  if (chosen) select.value = chosen;
}

function showChoices() {
  translate();
  choices(get("bad").elements.what, Object.keys(WRONGS).map((name) => [name, speak(name)]));
  choices(get("bad").elements.function, [["", speak("every")], ...(state?.functions ?? []).map((name) => [name, name])]);
  choices(get("lineup-form").elements.line_id, (state?.lines ?? []).map((line) => [line.id, `${line.name} (${line.id})`]));
}

function take(event) {
  const known = state?.lines.length;
  state = event;
  received = performance.now();
  if (event.first) seen = [], samples = [];
  seen = [...event.requests.reverse(), ...seen].slice(0, MOST_REQUESTS);
  samples = [...samples, ...event.samples].slice(-MOST_SAMPLES);
  if (known !== state.lines.length) showChoices();
  show();
  showRest();
}

async function listen() {
  for (;;) {
    try {
      const answer = await fetch("/sandbox/events", { headers: { "X-Api-Key": key } });
      if (answer.status === 401) {
        await askForKey();
        continue;
      }
      if (!get("banner").hidden) say("");
      sessionStorage.setItem("virtualq-key", key);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const events = (rest + part.value).split("\n\n");
        rest = events.pop();
        for (const event of events) take(JSON.parse(event.slice(event.indexOf("data: ") + 6)));
      }
    } catch (error) {
      console.debug(error);
    }
    say(speak("gone"), true);
    await new Promise((go) => setTimeout(go, 1500));
  }
}

function askForKey() {
  const dialog = get("key-dialog");
  dialog.showModal();
  return new Promise((go) => dialog.addEventListener("close", () => {
    key = get("key-form").elements.key.value;
    go();
  }, { once: true }));
}

for (const button of document.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => send("POST", "/sandbox/step", { seconds: Number(button.dataset.step) }));
}
get("reset").addEventListener("click", async () => {
  if (await send("POST", "/sandbox/reset")) seen = [], samples = [], showRest();
});
get("language").addEventListener("click", () => {
  switchLanguage();
  showChoices();
  if (state) show(), showRest();
});
get("reveal").addEventListener("click", (event) => {
  revealed = !revealed;
  event.target.setAttribute("aria-pressed", revealed);
  showRest();
});
get("heal").addEventListener("click", () => send("POST", "/sandbox/heal"));
get("bad").addEventListener("submit", (event) => {
  event.preventDefault();
  const { elements } = event.target;
  const told = { ...WRONGS[elements.what.value] };
  if (elements.function.value) told.function = elements.function.value;
  if (elements.times.value) told.times = Number(elements.times.value);
  if (elements.share.value && elements.share.value !== "100") told.probability = Number(elements.share.value) / 100;
  if (elements.applied.checked) told.applied = true;
  send("POST", "/sandbox/fail", told);
});
get("lineup").addEventListener("click", () => get("lineup-dialog").showModal());
document.querySelector("#lineup-form .cancel").addEventListener("click", () => get("lineup-dialog").close());
get("lineup-form").addEventListener("submit", (event) => {
  const { line_id, phone, channel, source } = Object.fromEntries(new FormData(event.target));
  const attributes = { line_id: Number(line_id), phone, channel, source };
  send("POST", "/api/v2/waiters", { data: { type: "waiters", attributes } }, JSON_API);
});
showChoices();
put(get("language"), speak("other"));
setInterval(show, 1000);
listen();
