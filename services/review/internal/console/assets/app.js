// Starts what the page needs. A page without scripts is whole, only not live.
import { tick } from "./time.js";
import { listen } from "./keys.js";
import { follow } from "./live.js";
import { queue } from "./queue.js";
import { file } from "./case.js";
import { board, study } from "./conditions.js";
import { listing } from "./lists.js";

const kind = document.body.dataset.kind;
const page = { queue, case: file }[kind] ?? { conditions: board, condition: study, tickets: listing, deliveries: listing, audit: listing }[kind]?.();

tick(document);
setInterval(() => { tick(document); page?.tick?.(); }, 15_000);
if (page) {
  page.start();
  listen(kind);
  follow(page);
} else if (kind) {
  listen(kind);
}
