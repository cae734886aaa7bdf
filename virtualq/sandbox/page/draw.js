// Makes and changes elements in place, so that focus and open details stay; masks numbers; draws charts.
const SVG = "http://www.w3.org/2000/svg";

export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

export function put(node, text) {
  if (node.textContent !== String(text)) node.textContent = text;
}

// Shows one element for each item, in their order; elements of items that stay are kept and updated.
export function keep(parent, items, key, create, update) {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let node = known.get(name);
    known.delete(name);
    if (!node) {
      node = create(item);
      node.dataset.key = name;
    }
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
    update(node, item);
  }
  for (const node of known.values()) node.remove();
}

export function mask(phone) {
  return phone.length > 7 ? `${phone.slice(0, 3)} ••• ${phone.slice(-2)}` : "•••";
}

// What could be a number, in a query or in JSON; the parts of a time are too short, ids have no plus.
const NUMBER = /(\+|%2B|"phone":\s*"|phone=)(\d[\d ()./-]{5,}\d)/gi;

export function maskIn(text) {
  return text.replace(NUMBER, (_, before, digits) => before + mask(digits));
}

const WIDTH = 320, HEIGHT = 96, LEFT = 34, BOTTOM = 16;

function shape(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

// series: [{points: [[time, value], ...]}, ...]; axis says a value, clock says a time.
export function chart(svg, series, axis, clock, label) {
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("aria-label", label);
  const points = series.flatMap((one) => one.points);
  const times = points.map(([at]) => at);
  const first = Math.min(...times), last = Math.max(...times);
  const most = Math.max(1, ...points.map(([, value]) => value));
  const x = (at) => LEFT + ((at - first) / Math.max(1, last - first)) * (WIDTH - LEFT - 4);
  const y = (value) => 6 + (1 - value / most) * (HEIGHT - BOTTOM - 8);
  const drawn = [];
  for (const share of [0, 0.5, 1]) {
    const value = most * share;
    drawn.push(shape("line", { x1: LEFT, x2: WIDTH - 4, y1: y(value), y2: y(value), class: "rule" }));
    if (share === 0.5 && most < 2) continue;
    const text = shape("text", { x: LEFT - 5, y: y(value) + 3, class: "axis", "text-anchor": "end" });
    text.textContent = axis(value);
    drawn.push(text);
  }
  if (points.length) {
    const ends = last > first ? [[first, "start"], [last, "end"]] : [[first, "start"]];
    for (const [at, anchor] of ends) {
      const text = shape("text", { x: x(at), y: HEIGHT - 3, class: "axis", "text-anchor": anchor });
      text.textContent = clock(at);
      drawn.push(text);
    }
  }
  series.forEach((one, number) => {
    if (!one.points.length) return;
    let path = "";
    one.points.forEach(([at, value], place) => {
      // A step: the count was the same until it changed.
      path += place ? `H${x(at).toFixed(1)}V${y(value).toFixed(1)}` : `M${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    });
    drawn.push(shape("path", { d: path, class: `series s${number % 6}` }));
    const [at, value] = one.points[one.points.length - 1];
    drawn.push(shape("circle", { cx: x(at).toFixed(1), cy: y(value).toFixed(1), r: 2.6, class: `dot s${number % 6}` }));
  });
  svg.replaceChildren(...drawn);
}
