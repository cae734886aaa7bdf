// What the page says, in English and German; page.js and views.js ask here.
const WORDS = {
  en: {
    name: "English", other: "Deutsch", skip: "Skip to the lines", sandbox: "sandbox", step: "Let time pass",
    reset: "Start over", journey: "A caller's way", lines: "Lines", lineUp: "Line up a caller", overTime: "Over time",
    lead: "Nobody has to hold the line. Callers keep their place, hang up, and are told when it is their turn.",
    about: "This is the service on your own machine: ask it from any program, watch the queue, order a bad day.",
    badDays: "Bad days", badHint: "Let calls go wrong, and see what your program makes of it.", function: "Function",
    what: "What goes wrong", times: "How often", share: "Share in %", applied: "Carried out all the same",
    order: "Order", heal: "Let all be well again", requests: "Requests", line: "Line", phone: "Phone number",
    channel: "Channel", source: "Source", close: "Close", open: "Open", keyTitle: "The key of this sandbox",
    keyHint: "It is the second line that “virtualq sandbox” printed.", key: "Key", every: "every function",
    noRequests: "Nothing was asked yet. From a shell:", show: "Show numbers", hide: "Hide numbers",
    Waiting: "Waiting", Notified: "Their turn", Connected: "Connected", Finished: "With an agent", TimeOut: "Did not come",
    WaitingText: "lined up, free to do something else", NotifiedText: "told by text message or called back",
    ConnectedText: "calls in, goes to the head of the queue", FinishedText: "done waiting",
    TimeOutText: "their turn passed", active: "active", inactive: "closed", openLine: "Open line", closeLine: "Close line",
    newcomer: "wait for a newcomer", pace: "a turn every", offered: "calls offered", asked: "asked if active",
    notify: "Their turn", connect: "Connect", transfer: "To an agent", timeOut: "Give up", cancel: "Cancel",
    nobody: "Nobody is in this line.", more: "Show {n} more", fewer: "Show fewer", unseen: "{n} more stand behind them",
    turnIn: "turn in {t}", noTurn: "no turn in sight", details: "Details of {p}", since: "for {t}",
    chartCount: "Callers waiting: {n} now, {m} at most", chartWait: "Longest wait on average: {n} now, {m} at most",
    gone: "The sandbox does not answer. Trying again …", speed1: "real time", speed: "{n} × as fast", speed0: "stands until stepped",
    still: "turns come when told", lost: "answer lost", moved: "{p}: {s}", sent: "Sent", answered: "Answered", failed: "That did not work: {e}",
    ordered: "ordered", left: "{n} × left", always: "until healed", showPhone: "Show {p} in full", none: "none", cc: "call center {n}",
    status503: "503, unavailable", status429: "429, try again in 1 s", status500: "500, a fault", status401: "401, wrong key",
    timeout: "no answer ever", lostAnswer: "connection lost", resetConnection: "connection reset", latency: "answer 2 s late",
    drip: "answer in drops", html: "a web page", malformed: "broken JSON", unknown_attributes: "unknown attributes", unknown_state: "unknown state",
  },
  de: {
    name: "Deutsch", other: "English", skip: "Zu den Linien", sandbox: "Sandbox", step: "Zeit vergehen lassen",
    reset: "Von vorn", journey: "Der Weg eines Anrufers", lines: "Linien", lineUp: "Anrufer anstellen", overTime: "Im Verlauf",
    lead: "Niemand muss in der Leitung warten. Anrufer behalten ihren Platz, legen auf und erfahren, wann sie dran sind.",
    about: "Das ist der Dienst auf dem eigenen Rechner: aus jedem Programm fragen, der Schlange zusehen, einen schlechten Tag bestellen.",
    badDays: "Schlechte Tage", badHint: "Anfragen schiefgehen lassen und sehen, was das eigene Programm daraus macht.", function: "Funktion",
    what: "Was schiefgeht", times: "Wie oft", share: "Anteil in %", applied: "Trotzdem ausführen",
    order: "Bestellen", heal: "Alles wieder gut", requests: "Anfragen", line: "Linie", phone: "Telefonnummer",
    channel: "Kanal", source: "Quelle", close: "Schließen", open: "Öffnen", keyTitle: "Der Schlüssel dieser Sandbox",
    keyHint: "Es ist die zweite Zeile, die „virtualq sandbox“ ausgegeben hat.", key: "Schlüssel", every: "jede Funktion",
    noRequests: "Noch wurde nichts gefragt. Von der Kommandozeile:", show: "Nummern zeigen", hide: "Nummern verbergen",
    Waiting: "Wartet", Notified: "Ist dran", Connected: "Verbunden", Finished: "Beim Agenten", TimeOut: "Kam nicht",
    WaitingText: "in der Schlange, frei für anderes", NotifiedText: "per SMS benachrichtigt oder zurückgerufen",
    ConnectedText: "ruft an, kommt an die Spitze", FinishedText: "hat genug gewartet",
    TimeOutText: "ließ es verstreichen", active: "aktiv", inactive: "geschlossen", openLine: "Linie öffnen", closeLine: "Linie schließen",
    newcomer: "Wartezeit für Neue", pace: "dran alle", offered: "Anrufe angeboten", asked: "nach aktiv gefragt",
    notify: "Ist dran", connect: "Verbinden", transfer: "Zum Agenten", timeOut: "Aufgeben", cancel: "Streichen",
    nobody: "In dieser Linie ist niemand.", more: "{n} weitere zeigen", fewer: "Weniger zeigen", unseen: "{n} weitere stehen dahinter",
    turnIn: "dran in {t}", noTurn: "nicht absehbar", details: "Einzelheiten zu {p}", since: "seit {t}",
    chartCount: "Wartende: jetzt {n}, höchstens {m}", chartWait: "Längste mittlere Wartezeit: jetzt {n}, höchstens {m}",
    gone: "Die Sandbox antwortet nicht. Neuer Versuch …", speed1: "Echtzeit", speed: "{n}-mal so schnell", speed0: "steht bis zum Schritt",
    still: "dran ist, wer gerufen wird", lost: "Antwort verloren", moved: "{p}: {s}", sent: "Gesendet", answered: "Geantwortet", failed: "Das ging nicht: {e}",
    ordered: "bestellt", left: "noch {n} ×", always: "bis auf Weiteres", showPhone: "{p} ganz zeigen", none: "keine", cc: "Callcenter {n}",
    status503: "503, nicht erreichbar", status429: "429, in 1 s wieder", status500: "500, ein Fehler", status401: "401, falscher Schlüssel",
    timeout: "nie eine Antwort", lostAnswer: "Verbindung verloren", resetConnection: "Verbindung zurückgesetzt", latency: "Antwort 2 s zu spät",
    drip: "Antwort in Tropfen", html: "eine Webseite", malformed: "kaputtes JSON", unknown_attributes: "unbekannte Attribute", unknown_state: "unbekannter Zustand",
  },
};

let language = localStorage.getItem("virtualq-language") || (navigator.language.startsWith("de") ? "de" : "en");

export function speak(key, values = {}) {
  const text = WORDS[language][key] ?? key;
  return text.replace(/\{(\w)\}/g, (whole, name) => values[name] ?? whole);
}

export function languageNow() {
  return language;
}

export function switchLanguage() {
  language = language === "en" ? "de" : "en";
  localStorage.setItem("virtualq-language", language);
}

export function translate(root = document) {
  document.documentElement.lang = language;
  for (const node of root.querySelectorAll("[data-word]")) node.textContent = speak(node.dataset.word);
  for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", speak(node.dataset.label));
}

export function number(value) {
  return value.toLocaleString(language);
}

// Short, for rows and axes: 26:22 is minutes and seconds.
export function short(seconds) {
  return span(seconds).replace(/ (min|h)$/, "");
}

export function span(seconds) {
  if (seconds == null) return "–";
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")} min`;
  return `${Math.floor(whole / 3600)}:${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} h`;
}
