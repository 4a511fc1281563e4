// On every page of somebody signed in but the test screen: sends what test screens could not, and says so; log-out
// removes it from this device, not without asking.

import { Saver } from "./saving.js";
import { outboxLine } from "./stateline.js";

const WAIT_BEFORE_LEAVING_MS = 4_000;

const UNREAD = (position) => `Question ${position}: what was kept on this device cannot be read, and is not saved.`;
const CLOSED = "Some of what was kept on this device came too late: the test, or its part, was closed before.";

const leaving = document.querySelector("[data-module=log-out]");
let line = null;
let found = 0;
let closed = 0;
let unread = 0;

function say(words, link) {
  if (!line) {
    line = document.createElement("div");
    line.className = "page-notice";
    line.setAttribute("role", "status");
    document.querySelector("main").prepend(line);
  }
  const box = document.createElement("div");
  box.className = "notice warning";
  const text = document.createElement("p");
  text.textContent = words;
  box.append(text);
  if (link) {
    const way = document.createElement("p");
    const to = document.createElement("a");
    to.href = link;
    to.textContent = "Open it and choose";
    way.append(to);
    box.append(way);
  }
  line.replaceChildren(box);
}

function show() {
  const entries = saver.entries;
  found = Math.max(found, entries.length);
  if (!found) return;
  const conflict = entries.find((one) => one.fault === "conflict");
  if (conflict) say(outboxLine(entries, saver.durable)[1], `${conflict.attempt}questions/${conflict.position}`);
  else if (entries.length) say(outboxLine(entries, saver.durable)[1]);
  else if (unread || closed) say([unread && UNREAD(unread), closed && CLOSED].filter(Boolean).join(" "));
  else say("What was kept on this device has been sent and saved.");
}

const saver = new Saver({
  csrf: leaving.querySelector("[name=csrf_token]").value,
  on: {
    changed: show,
    acknowledged(entry, reply) {
      if (reply.late) closed += 1;
      show();
    },
    conflict: show,
    refused(entry) {
      unread = entry.position;
      show();
    },
    gone() {
      closed += 1;
      show();
    },
    restored: show,
  },
});
saver.start();

leaving.addEventListener("submit", async (event) => {
  if (!saver.entries.length) return;
  event.preventDefault();
  await saver.settled(WAIT_BEFORE_LEAVING_MS);
  const left = outboxLine(saver.entries, saver.durable);
  if (left && !confirm(`${left[1]}. Log out all the same, and delete it from this device?`)) return;
  await saver.wipe();
  leaving.submit();
});
