// What lines, callers, requests and bad days look like; page.js hands in what to do on a click.
import { keep, make, mask, maskIn, put } from "./draw.js";
import { number, short, span, speak } from "./words.js";

export const STATES = ["Waiting", "Notified", "Connected", "Finished", "TimeOut"];
const FEW = 6;
const MOVES = {
  Waiting: ["notify", "cancel"],
  Notified: ["connect", "timeOut"],
  Connected: ["transfer", "cancel"],
};
const open = new Set();
const shown = new Set();

export function journey(parent, lines) {
  const totals = STATES.map((state) => [state, lines.reduce((sum, line) => sum + line.counts[state], 0)]);
  keep(parent, totals, ([state]) => state, ([state]) => {
    const node = make("li", { class: `stage ${state}` });
    node.append(make("b"), make("strong"), make("span"));
    return node;
  }, (node, [state, count]) => {
    put(node.children[0], number(count));
    put(node.children[1], speak(state));
    put(node.children[2], speak(`${state}Text`));
  });
}

export function cards(parent, lines, act) {
  keep(parent, lines, (line) => line.id, (line) => card(line, act), (node, line) => updateCard(node, line, act));
}

function card(line, act) {
  const title = `line-${line.id}`;
  const node = make("article", { class: "card", "aria-labelledby": title });
  node.innerHTML = `<header><div><h3></h3><p class="sub"></p></div><span class="pill"></span></header>
    <dl class="figures"></dl><ol class="queue"></ol><p class="empty"></p><p class="unseen-count"></p>
    <footer><button type="button" class="more plain"></button><button type="button" class="gate"></button></footer>`;
  node.querySelector("h3").id = title;
  node.querySelector(".gate").addEventListener("click", () => act("gate", node.line));
  node.querySelector(".more").addEventListener("click", () => {
    if (!open.delete(line.id)) open.add(line.id);
    updateCard(node, node.line, act);
  });
  return node;
}

function updateCard(node, line, act) {
  node.line = line;
  const find = (name) => node.querySelector(name);
  put(find("h3"), line.name);
  put(find(".sub"), `${speak("line")} ${line.id} · ${line.call_center.name} · ${line.line_group.name}`);
  const pill = find(".pill");
  put(pill, speak(line.active ? "active" : "inactive"));
  pill.classList.toggle("off", !line.active);
  const waiting = line.counts.Waiting;
  figures(find(".figures"), [
    ["Waiting", number(waiting)],
    ["newcomer", line.active ? span(line.newcomer) : "–"],
    ["pace", span(line.seconds_per_caller)],
    ["offered", number(line.offered)],
    ["asked", number(line.asked)],
  ]);
  const all = open.has(line.id);
  const queue = all ? line.queue : line.queue.slice(0, FEW);
  let place = 0;
  for (const caller of line.queue) caller.place = caller.virtualq_caller_state === "Waiting" ? ++place : 0;
  keep(find(".queue"), queue, (one) => one.id, (one) => caller(one, act), updateCaller);
  put(find(".empty"), line.queue.length ? "" : speak("nobody"));
  const standing = waiting + line.counts.Notified + line.counts.Connected;
  const behind = standing - line.queue.length;
  put(find(".unseen-count"), all && behind > 0 ? speak("unseen", { n: number(behind) }) : "");
  const more = find(".more");
  more.hidden = line.queue.length <= FEW;
  put(more, all ? speak("fewer") : speak("more", { n: number(standing - FEW) }));
  more.setAttribute("aria-expanded", all);
  put(find(".gate"), speak(line.open ? "closeLine" : "openLine"));
}

function figures(parent, pairs) {
  keep(parent, pairs, ([name]) => name, () => make("div", {}, make("dt"), make("dd")), (node, [name, value]) => {
    put(node.firstChild, speak(name));
    put(node.lastChild, value);
  });
}

function caller(one, act) {
  const node = make("li", { class: "caller" });
  const phone = make("button", { type: "button", class: "phone plain", onclick: () => {
    if (!shown.delete(one.id)) shown.add(one.id);
    updateCaller(node, node.caller);
  } });
  const summary = make("summary", {}, make("span", { class: "tag" }), make("span", { class: "times" }));
  node.append(make("span", { class: "place" }), phone, make("details", {}, summary, make("pre")), make("div", { class: "moves" }));
  node.act = act;
  return node;
}

function updateCaller(node, one) {
  node.caller = one;
  const state = one.virtualq_caller_state;
  node.className = `caller ${state}`;
  const [place, phone, details, moves] = node.children;
  put(place, one.place || "•");
  const masked = mask(one.phone);
  put(phone, shown.has(one.id) ? one.phone : masked);
  phone.setAttribute("aria-pressed", shown.has(one.id));
  phone.setAttribute("aria-label", speak("showPhone", { p: shown.has(one.id) ? one.phone : masked }));
  const [tag, times] = details.firstChild.children;
  const waits = state === "Waiting";
  put(tag, waits ? `${speak(state)} ${short(one.wait_time)}` : speak(state));
  const turn = one.ewt == null ? speak("noTurn") : speak("turnIn", { t: short(one.ewt) });
  put(times, waits ? turn : speak("since", { t: short(one.since) }));
  const { id, channel, source, skills, properties, created_at } = one;
  put(details.lastChild, JSON.stringify({ id, channel, source, skills, properties, created_at }, null, 1).slice(2, -2));
  keep(moves, MOVES[state] ?? [], (move) => move, (move) =>
    make("button", { type: "button", onclick: () => node.act(move, node.caller) }), (button, move) => {
    put(button, speak(move));
    button.setAttribute("aria-label", `${speak(move)}, ${masked}`);
  });
}

export function requests(parent, list, revealed) {
  const text = (value) => (revealed ? value : maskIn(value));
  keep(parent, list, (one) => one.number, (one) => {
    const head = make("summary", {}, make("span", { class: "code" }), make("span", { class: "what" }), make("span", { class: "when" }));
    const body = make("div", {}, make("code"), make("h4"), make("pre"), make("h4"), make("pre"));
    return make("li", { class: `request ${one.lost ? "gone" : `c${Math.floor(one.status / 100)}`}` }, make("details", {}, head, body));
  }, (node, one) => {
    const [head, body] = node.firstChild.children;
    put(head.children[0], one.lost ? "✕" : one.status);
    put(head.children[1], one.function ?? `${one.method} ${one.target.split("?")[0]}`);
    put(head.children[2], `${new Date(one.at).toLocaleTimeString(document.documentElement.lang)} · ${(one.seconds * 1000).toFixed(1)} ms`);
    const [target, sentTitle, sent, answeredTitle, answered] = body.children;
    put(target, `${one.method} ${text(decode(one.target))}`);
    put(sentTitle, one.sent ? speak("sent") : "");
    put(sent, text(pretty(one.sent)));
    put(answeredTitle, one.lost ? speak("lost") : one.answered ? speak("answered") : "");
    put(answered, text(pretty(one.answered)));
  });
}

function decode(target) {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 1);
  } catch {
    return text;
  }
}

export function failing(parent, list) {
  const keyed = list.map((one, place) => ({ ...one, place }));
  keep(parent, keyed, (one) => one.place, () => make("li"), (node, one) => {
    const { function: name, times, probability, place, ...rest } = one;
    const what = Object.entries(rest).map(([word, value]) => (value === true ? word : `${word} ${value}`)).join(", ");
    const often = times ? speak("left", { n: times }) : speak("always");
    const share = probability ? ` · ${Math.round(probability * 100)} %` : "";
    put(node, `${name ?? speak("every")}: ${what} · ${often}${share}`);
  });
}
