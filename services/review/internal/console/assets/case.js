// The page of one case: its parts are replaced when the case changes, except
// for forms that are still right, which stay as the reader left them.
import { fetched, say } from "./live.js";
import { tick, zone } from "./time.js";

const words = document.body.dataset;
const article = () => document.querySelector("article.file");
const shown = new Map(); // each part as it was sent last
let follow;

// typed are the fields that hold something else than what was sent.
const typed = (root) => [...root.querySelectorAll("textarea, select, input:not([type=hidden])")].filter((el) => {
  if (el.type === "radio" || el.type === "checkbox") return el.checked !== el.defaultChecked;
  return el.value !== (el.defaultValue ?? el.querySelector("option[selected]")?.value ?? "");
});

// carry brings what the reader did in the old part into the new one.
function carry(old, part) {
  for (const d of old.querySelectorAll("details[id]")) {
    const same = part.querySelector("#" + CSS.escape(d.id));
    if (same) same.open = d.open;
  }
  for (const el of typed(old)) {
    const same = part.querySelector("#" + CSS.escape(el.id));
    const ticks = el.type === "radio" || el.type === "checkbox";
    if (!same && !ticks) {
      const gone = document.createElement("p");
      gone.className = "wrong";
      gone.textContent = words.gone.replace("%s", el.value);
      part.append(gone);
    } else if (same && ticks) {
      same.checked = el.checked;
    } else if (same) {
      same.value = el.value;
    }
  }
}

function replace(part) {
  const old = document.getElementById(part.id);
  const sent = part.outerHTML;
  if (!old || shown.get(part.id) === sent) return;
  shown.set(part.id, sent);
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  carry(old, part);
  if (part.id === "top") part.prepend(...old.querySelectorAll(".done, .stale"));
  tick(part);
  old.replaceWith(part);
  if (focused?.id) document.getElementById(focused.id)?.focus({ preventScroll: true });
}

// The forms stay while they fit; only the version that the reader sees moves on.
function keepForms(fresh) {
  const old = document.getElementById("actions"), part = fresh.querySelector("#actions");
  if (old.dataset.keep !== part.dataset.keep) {
    replace(part);
    forms();
    return;
  }
  for (const el of old.querySelectorAll("[name=version]")) el.value = fresh.querySelector("article").dataset.version;
}

async function refresh() {
  const fresh = await fetched(words.fresh);
  const now = article(), next = fresh.querySelector("article");
  if (Number(next.dataset.version) < Number(now.dataset.version)) return;
  if (now.dataset.state !== next.dataset.state) {
    say(`${words.changed}: ${next.querySelector("h1").textContent}, ${next.querySelector(".state").textContent}`);
  }
  keepForms(fresh);
  for (const part of fresh.querySelectorAll("[data-part]")) replace(part);
  now.dataset.version = next.dataset.version;
  now.dataset.state = next.dataset.state;
}

// look puts under a form what people would read, as the form is filled in now.
// An answer that comes after a later one is left out.
const looks = new Map();
async function look(form) {
  const details = form.closest("details.act"), box = details?.querySelector("[data-preview]");
  if (!box) return;
  const turn = (looks.get(details.id) ?? 0) + 1;
  looks.set(details.id, turn);
  const body = new URLSearchParams(new FormData(form));
  body.set("action", details.dataset.act);
  try {
    const answer = await fetch(article().dataset.preview, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok || looks.get(details.id) !== turn) return;
    const piece = document.createElement("template");
    piece.innerHTML = await answer.text();
    document.getElementById(details.id)?.querySelector("[data-preview]")?.replaceWith(piece.content);
  } catch { /* the form is whole without it */ }
}

// previews looks again a moment after the reader stops typing.
function previews() {
  for (const details of document.querySelectorAll("details.act")) {
    const form = details.querySelector("form");
    let timer;
    const soon = () => {
      details.querySelector("[data-preview]")?.setAttribute("data-old", "");
      clearTimeout(timer);
      timer = setTimeout(() => look(form), 300);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
  }
}

// forms lets an exact ETA be given in the reader's own time zone.
function forms() {
  for (const label of document.querySelectorAll("[data-exact]")) label.textContent = label.textContent.replace("UTC", zone());
  for (const exact of document.querySelectorAll("input[name=exact]")) {
    const write = () => {
      exact.form.elements.instant.value = exact.value ? new Date(exact.value).toISOString() : "";
    };
    exact.addEventListener("input", write);
    write();
  }
  previews();
}

// openForm opens one action's form and goes to its first field; false if the
// case does not allow the action.
export function openForm(action) {
  const details = document.getElementById("act-" + action);
  if (!details) return false;
  details.open = true;
  const fields = [...details.querySelectorAll("input:not([type=hidden]), textarea, button")];
  (fields.find((el) => el.checked) ?? fields[0]).focus({ preventScroll: true });
  details.scrollIntoView({ block: "nearest" });
  return true;
}

export const file = {
  rests: true,

  start() {
    forms();
    const [, action] = location.hash.split("#act-");
    if (action) openForm(action);
    // Reloading must neither say again what was done before, nor do it again.
    const asked = new URLSearchParams(location.search);
    const kept = asked.has("correct") ? `?correct=${encodeURIComponent(asked.get("correct"))}&tenant=${encodeURIComponent(asked.get("tenant") ?? "")}` : "";
    history.replaceState(null, "", words.fresh.split("?")[0] + kept + location.hash);
  },

  async changed(glance) {
    const now = article().dataset;
    if (glance.case !== now.id || glance.version <= Number(now.version)) return;
    await refresh();
    // Who was told of the change is known a little later.
    clearTimeout(follow);
    follow = setTimeout(() => refresh().catch(() => {}), 3000);
  },

  // A second reader spoke of a ticket, which may be one of these.
  async advised(read) {
    const mine = [...document.querySelectorAll("[data-ticket]")].some((el) => el.dataset.ticket === read.ticket && el.dataset.tenant === read.tenant);
    if (mine || !read.ticket) await refresh();
  },

  reload: refresh,
};
