// The queue: rows come, change and move as cases do.
import { fetched, say } from "./live.js";
import { tick } from "./time.js";

const words = document.body.dataset;
const board = document.getElementById("board");
const title = document.title;
const number = (row, name) => Number(row.dataset[name]);
const late = (row) => number(row, "due") !== 0 && number(row, "due") * 1000 <= Date.now();

// inOrder is the order of the rows; queue.go sorts by the same.
function inOrder(a, b) {
  return number(b, "ended") - number(a, "ended")
    || number(b, "priority") - number(a, "priority")
    || late(b) - late(a)
    || number(b, "shared") - number(a, "shared")
    || number(b, "people") - number(a, "people")
    || number(a, "due") - number(b, "due")
    || (a.dataset.id < b.dataset.id ? -1 : 1);
}

// Who looks at a part of the queue has it read anew: only the server knows what belongs to it.
const part = board?.hasAttribute("data-part");
let rereading;

// ticked says how many cases are ticked.
function ticked() {
  const says = document.getElementById("picked");
  if (!says) return;
  const n = board.querySelectorAll(".pick :checked").length;
  const text = n === 0 ? says.dataset.none : n === 1 ? says.dataset.one : says.dataset.many.replace("%s", n);
  if (says.textContent !== text) says.textContent = text;
}

// keep ticks a row that was ticked, at the version that was seen then.
function keep(row, old) {
  const box = row.querySelector(".pick input"), was = old?.querySelector(".pick :checked");
  if (box && was) [box.checked, box.value] = [true, was.value];
}

// pick ticks a row, or takes the tick away.
export function pick(row) {
  const box = row?.querySelector(".pick input");
  box?.click();
  return Boolean(box);
}

function count() {
  ticked();
  for (const list of board.querySelectorAll("[data-rows]")) {
    const n = list.children.length + (list.hasAttribute("data-more") ? "+" : "");
    for (const el of board.querySelectorAll(`[data-count="${list.dataset.rows}"]`)) el.textContent = n;
  }
  const open = [...board.querySelectorAll('[data-rows="open"] > .row')];
  const overdue = open.filter(late).length;
  board.querySelector("[data-late-tally]").hidden = overdue === 0;
  board.querySelector('[data-count="late"]').textContent = overdue;
  document.title = (open.length ? `(${open.length}) ` : "") + title;
  const order = [...board.querySelectorAll('[data-rows="open"] > .row, [data-rows="running"] > .row')];
  sessionStorage.setItem("order", JSON.stringify(order.map((row) => row.dataset.id)));
}

// place puts a row where it belongs, instead of the one before it.
function place(row) {
  const old = document.getElementById(row.id);
  if (old && number(old, "version") >= number(row, "version")) return;
  const focused = old?.contains(document.activeElement);
  const neighbour = old?.nextElementSibling ?? old?.previousElementSibling;
  const list = board.querySelector(`[data-rows="${row.dataset.group}"]`);
  tick(row);
  keep(row, old);
  old?.remove();
  list.insertBefore(row, [...list.children].find((other) => inOrder(row, other) < 0) ?? null);
  row.classList.add("fresh");
  if (focused) (row.checkVisibility() ? row : neighbour)?.querySelector(".title").focus({ preventScroll: true });
  const state = row.querySelector(".state").textContent;
  if (state !== old?.querySelector(".state").textContent) {
    say(`${old ? words.changed : words.new}: ${row.querySelector(".title").textContent}, ${row.querySelector("b").textContent}, ${state}`);
  }
}

export const queue = {
  start() {
    count();
    addEventListener("pageshow", count);
    document.addEventListener("change", (e) => e.target.closest(".pick") && ticked());
    document.getElementById("several")?.addEventListener("reset", (e) => {
      e.preventDefault(); // a reset would leave those ticked that were when the page came
      for (const box of board.querySelectorAll(".pick :checked")) box.checked = false;
      ticked();
    });
    document.getElementById("several")?.addEventListener("submit", (e) => {
      if (board.querySelector(".pick :checked")) return;
      e.preventDefault();
      say(document.getElementById("picked").dataset.none);
    });
  },

  async changed(glance) {
    if (part) {
      rereading ??= setTimeout(() => { rereading = undefined; this.reload().catch(() => {}); }, 1_000);
      return;
    }
    const row = document.getElementById("row-" + glance.case);
    if (row && number(row, "version") >= glance.version) return;
    place((await fetched("/rows/" + encodeURIComponent(glance.case))).querySelector(".row"));
    count();
  },

  async reload() {
    const fresh = await fetched(words.fresh);
    const focused = document.activeElement?.closest(".row")?.id;
    const open = [...board.querySelectorAll("details[open]")].map((d) => d.id);
    tick(fresh);
    for (const row of fresh.querySelectorAll(".row")) keep(row, document.getElementById(row.id));
    board.replaceChildren(fresh);
    for (const id of open) document.getElementById(id).open = true;
    if (focused) document.getElementById(focused)?.querySelector(".title").focus({ preventScroll: true });
    count();
  },

  // tick moves up what has become overdue.
  tick() {
    for (const list of board.querySelectorAll("[data-rows]")) {
      const rows = [...list.children], sorted = [...rows].sort(inOrder);
      if (sorted.every((row, i) => row === rows[i])) continue;
      const focused = list.contains(document.activeElement) ? document.activeElement : null;
      list.append(...sorted);
      focused?.focus({ preventScroll: true });
    }
    count();
  },
};
