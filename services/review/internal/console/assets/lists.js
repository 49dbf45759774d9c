// Pages that list things are read anew as a whole when a case has changed; what
// is told of it follows a moment later. A page in the middle of a list stays.
import { fetched } from "./live.js";
import { swap } from "./conditions.js";

const words = document.body.dataset;
const settle = 1_500, later = 6_000;

// listing keeps the list live, at most once in a while.
export const listing = () => {
  const into = document.getElementById("list");
  let timers = [];
  const read = async () => {
    into.setAttribute("aria-busy", "true");
    try {
      swap(into, await fetched(words.fresh));
    } finally {
      into.setAttribute("aria-busy", "false");
    }
  };
  return {
    rests: true,
    start() {},
    reload: read,
    async changed() {
      if (new URLSearchParams(location.search).has("cursor") || timers.length) return;
      const again = () => read().catch(() => {}); // the next change reads it again
      timers = [setTimeout(again, settle), setTimeout(() => { timers = []; again(); }, later)];
    },
  };
};
