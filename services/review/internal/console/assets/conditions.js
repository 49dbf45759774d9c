// The board of conditions and the page of one: both are read anew as a whole
// when something has changed, keeping what is open and what has the focus.
import { fetched, say } from "./live.js";
import { tick, recent } from "./time.js";

const words = document.body.dataset;
const title = document.title;

// swap puts fresh content into the element.
export function swap(into, fresh) {
  const focus = document.activeElement;
  const within = into.contains(focus) ? focus.getAttribute("href") ?? focus.closest("summary")?.parentElement.id : null;
  const open = [...into.querySelectorAll("details[open]")].map((d) => d.id);
  const scrolled = [...into.querySelectorAll(".scroll")].map((s) => s.scrollLeft);
  tick(fresh);
  into.replaceChildren(fresh);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  into.querySelectorAll(".scroll").forEach((s, i) => { s.scrollLeft = scrolled[i] ?? 0; });
  if (within) {
    const again = [...into.querySelectorAll("a[href]")].find((a) => a.getAttribute("href") === within);
    (again ?? document.getElementById(within)?.querySelector("summary"))?.focus({ preventScroll: true });
  }
}

// page keeps the element with that id live; told hears of what it now shows.
function page(id, told) {
  const into = document.getElementById(id);
  return {
    source: "/live/conditions",
    rests: true,
    start() {
      told(into);
      setInterval(() => recent(into), 1000);
    },
    async reload() {
      swap(into, await fetched(words.fresh));
      told(into);
    },
    changed() { return this.reload(); },
  };
}

let sum;

export const board = () => page("sights", (into) => {
  const raised = Number(into.querySelector("[data-raised]").dataset.raised);
  document.title = (raised ? `(${raised}) ` : "") + title;
  const now = into.querySelector(".sum b").textContent;
  if (sum !== undefined && sum !== now) say(now);
  sum = now;
});

export const study = () => page("study", (into) => {
  const now = into.querySelector(".how").textContent;
  if (sum !== undefined && sum !== now) say(now);
  sum = now;
});
