// Times as people say them: distances that stay up to date, and the time of day
// in the reader's own zone. lang.go writes the same for readers without scripts.
const words = document.body.dataset;
const lang = document.documentElement.lang;
const hour = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

// span writes a number of seconds: "34 min", "1 h 05 min", "2 d 3 h".
export function span(seconds) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  if (minutes < 60) return `${minutes} ${words.minute}`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} ${words.hour} ${String(minutes % 60).padStart(2, "0")} ${words.minute}`;
  return `${Math.floor(minutes / (24 * 60))} ${words.day} ${Math.floor(minutes / 60) % 24} ${words.hour}`;
}

// zone is the name of the reader's time zone, such as "CET".
export const zone = () =>
  new Intl.DateTimeFormat(lang, { timeZoneName: "short" }).formatToParts().find((p) => p.type === "timeZoneName").value;

// recent brings up to date how long ago something was that is seconds away.
export function recent(root) {
  for (const el of root.querySelectorAll('time[data-span="fresh"]')) {
    const seconds = Math.max(0, Math.floor((Date.now() - new Date(el.dateTime)) / 1000));
    write(el, words.ago.replace("%s", seconds < 120 ? `${seconds} ${words.second}` : span(seconds)));
  }
}

// tick brings all times below root up to date.
export function tick(root) {
  const now = Date.now();
  for (const el of root.querySelectorAll("time[data-at]")) {
    const at = new Date(el.dateTime);
    write(el, at.toDateString() === new Date(now).toDateString() ? hour.format(at) : day.format(at));
  }
  for (const el of root.querySelectorAll("text[data-clock]")) write(el, hour.format(new Date(el.dataset.clock)));
  for (const el of root.querySelectorAll("[data-zone]")) write(el, el.textContent.replace("UTC", zone()));
  recent(root);
  for (const el of root.querySelectorAll('time[data-span]:not([data-span="fresh"])')) {
    const left = (new Date(el.dateTime) - now) / 1000;
    const kind = el.dataset.span;
    if (kind === "due" || kind === "eta") {
      el.toggleAttribute("data-late", left <= 0);
      write(el, words[kind + (left <= 0 ? "By" : "In")].replace("%s", span(left)));
    } else {
      write(el, kind === "ago" ? words.ago.replace("%s", span(left)) : span(left));
    }
  }
}

function write(el, text) {
  if (el.textContent !== text) el.textContent = text;
}
