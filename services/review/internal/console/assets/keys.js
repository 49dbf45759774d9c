// Keys for people who decide many cases. They rest while somebody types, and
// can be switched off for good.
import { openForm } from "./case.js";
import { pick } from "./queue.js";

const actions = { a: "approve", d: "deny", e: "eta", q: "request-info", s: "acknowledge" };
const dialog = document.getElementById("keys");
const use = document.getElementById("keys-use");

// step goes to the row or card after (1) or before (-1) the one that has the focus.
function step(by) {
  const titles = [...document.querySelectorAll(".row .title, .stand h3 a, .hush a, .list td a, .rule summary")].filter((el) => el.checkVisibility());
  const at = titles.indexOf(document.activeElement);
  const to = titles[at < 0 ? (by > 0 ? 0 : titles.length - 1) : at + by];
  to?.focus();
  to?.closest(".row, .stand, .hush, tr, .rule").scrollIntoView({ block: "nearest" });
  return Boolean(to);
}

// turn goes to the case after or before this one, in the order of the queue.
function turn(by) {
  const order = JSON.parse(sessionStorage.getItem("order") ?? "[]");
  const at = order.indexOf(document.querySelector("article.file")?.dataset.id);
  const to = at < 0 ? order[0] : order[at + by];
  if (to) location.assign("/cases/" + encodeURIComponent(to));
  return Boolean(to);
}

// next goes to the case that is to be decided next, where the queue was not seen before.
function next() {
  const link = document.querySelector("a.next");
  link?.click();
  return Boolean(link);
}

function onQueue(key) {
  const row = document.activeElement?.closest(".row");
  if (key === "j" || key === "ArrowDown") return step(1);
  if (key === "k" || key === "ArrowUp") return step(-1);
  if (key === "x") return pick(row);
  if (key === "/") return seek();
  if (key === "o" && row) row.querySelector(".title").click();
  if (!row || !actions[key]) return key === "o" && Boolean(row);
  location.assign(`/cases/${encodeURIComponent(row.dataset.id)}#act-${actions[key]}`);
  return true;
}

function onCase(key) {
  if (key === "j") return turn(1);
  if (key === "n") return turn(1) || next();
  if (key === "k") return turn(-1);
  if (key === "u") location.assign("/");
  if (key === "c") document.querySelector("a.correct")?.click();
  return key === "u" || key === "c" || Boolean(actions[key]) && openForm(actions[key]);
}

// seek goes to the page's first question.
function seek() {
  const to = document.querySelector(".sieve input, .filter input");
  to?.focus();
  to?.select();
  return Boolean(to);
}

function onTable(key) {
  if (key === "j" || key === "ArrowDown") return step(1);
  if (key === "k" || key === "ArrowUp") return step(-1);
  if (key === "/") return seek();
  if (key === "o") document.activeElement?.closest("td, .rule")?.querySelector("a, summary")?.click();
  return key === "o";
}

function onConditions(key) {
  if (key === "j" || key === "ArrowDown") return step(1);
  if (key === "k" || key === "ArrowUp") return step(-1);
  return false;
}

function onCondition(key) {
  if (key === "u") location.assign("/conditions");
  return key === "u";
}

const on = { queue: onQueue, case: onCase, conditions: onConditions, condition: onCondition, tickets: onTable, deliveries: onTable, audit: onTable, policy: onTable };

function onKey(kind, e) {
  if (e.defaultPrevented || e.altKey || e.isComposing || dialog.open) return;
  const typing = e.target.closest("textarea, select, input:not([type=radio], [type=checkbox])");
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && e.target.form) {
    e.preventDefault();
    e.target.form.requestSubmit();
    return;
  }
  if (e.ctrlKey || e.metaKey) return;
  if (e.key === "Escape") {
    const form = e.target.closest("details.act");
    if (form) form.open = false;
    form?.querySelector("summary").focus();
    return;
  }
  if (typing || !use.checked || e.key.startsWith("Arrow") && e.target.closest("input, .scroll")) return;
  if (e.key === "?") dialog.showModal();
  else if (!on[kind]?.(e.key)) return;
  e.preventDefault();
}

export function listen(kind) {
  use.checked = localStorage.getItem("keys") !== "off";
  use.addEventListener("change", () => localStorage.setItem("keys", use.checked ? "on" : "off"));
  const button = document.getElementById("keys-open");
  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (e) => onKey(kind, e));
}
