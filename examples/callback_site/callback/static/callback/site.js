// Renews the part of a page that changes, without it the form and the pages work all the same.
const part = document.querySelector("[data-renew]");
const trouble = document.querySelector("[data-trouble]");
const whileOpen = document.querySelector("[data-while-open]");
const LONGEST = 15000; // milliseconds

function tell(text) {
  // Said once: a screen reader would read it again with each change.
  if (trouble.textContent !== text) trouble.textContent = text;
  trouble.hidden = !text;
}

async function renew() {
  let text, ok;
  try {
    const answer = await fetch(location.href, { headers: { "X-Part": "1" }, signal: AbortSignal.timeout(LONGEST) });
    if (answer.redirected) return location.reload();
    [text, ok] = [await answer.text(), answer.ok];
  } catch {
    return tell(part.dataset.lost);
  }
  const came = new DOMParser().parseFromString(text, "text/html").body;
  if (!ok) {
    // What stands there stays: it is the last that is known.
    return tell(came.querySelector("[data-problem]")?.textContent ?? part.dataset.lost);
  }
  tell("");
  if (part.innerHTML.trim() !== came.innerHTML.trim()) part.replaceChildren(...came.childNodes);
}

async function go() {
  if (!document.hidden) await renew();
  const over = part.querySelector("[data-over]") !== null;
  if (whileOpen) whileOpen.hidden = over;
  if (!over) setTimeout(go, part.dataset.renew * 1000);
}

if (part) setTimeout(go, part.dataset.renew * 1000);
