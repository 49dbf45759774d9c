// Keeps the page live: hears which case changed, and has the page fetch it.
// Whenever the connection is there (again), the page first reads all anew.
const sign = document.getElementById("live");
const words = document.body.dataset;
const longest = 15_000;

// fetched reads a piece of HTML and gives its nodes.
export async function fetched(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (answer.status === 401) {
    location.assign("/signin?to=" + encodeURIComponent(location.pathname + location.search));
    await new Promise(() => {}); // the page is on its way out
  }
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const piece = document.createElement("template");
  piece.innerHTML = await answer.text();
  return piece.content;
}

// say tells readers who do not see the screen.
export function say(text) {
  document.getElementById("said").textContent = text;
}

// follow keeps page live. A page has reload(), and changed(glance); it may have
// a source of its own.
export function follow(page) {
  let source, timer, work, wait = 1000;

  const show = (state) => {
    if (sign.dataset.state === state) return;
    sign.dataset.state = state;
    sign.textContent = words["live" + state[0].toUpperCase() + state.slice(1)];
  };
  const again = () => {
    close();
    show("lost");
    timer = setTimeout(open, wait * (0.5 + Math.random() / 2));
    wait = Math.min(wait * 2, longest);
  };
  // One thing after the other, so that nothing old is put over something new.
  const then = (of, task) => {
    work = work.then(() => of === source && task()).catch(() => of === source && again());
  };
  function open() {
    const mine = new EventSource(page.source ?? "/live");
    source = mine;
    work = Promise.resolve();
    mine.addEventListener("ready", () => then(mine, async () => {
      await page.reload();
      wait = 1000;
      show("on");
    }));
    mine.addEventListener("changed", (e) => then(mine, () => page.changed(JSON.parse(e.data))));
    mine.addEventListener("advice", (e) => then(mine, () => page.advised?.(JSON.parse(e.data))));
    mine.onerror = () => mine === source && again();
  }
  function close() {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  }

  addEventListener("pagehide", close);
  addEventListener("pageshow", (e) => e.persisted && open());
  if (page.rests) {
    // Browsers open few connections to one server: a hidden page gives its own back.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) close();
      else if (!source) open();
    });
  }
  show("waiting");
  if (!page.rests || !document.hidden) open();
}
