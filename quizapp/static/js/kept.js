// On every page of somebody signed in but the test screen: sends what test screens could not, and says so; log-out
// removes it from this device, not without asking.

import { pageNotice } from "./pagenotice.js";
import { Saver } from "./saving.js";
import { outboxLine, troubleLine } from "./stateline.js";
import { partingWords } from "./tab.js";

const WAIT_BEFORE_LEAVING_MS = 4_000;

const UNREAD = (position) => `Question ${position}: what was kept on this device cannot be read, and is not saved.`;
const CLOSED = "Some of what was kept on this device came too late: the test, or its part, was closed before.";

const leaving = document.querySelector("[data-module=log-out]");
// What a test screen could not save when its test was closed, and left for this page to say.
const parting = partingWords();
let found = 0;
let closed = 0;
let unread = 0;

function told(entries) {
  if (entries.length) return outboxLine(entries, saver.durable)[1];
  if (unread || closed) return [unread && UNREAD(unread), closed && CLOSED].filter(Boolean).join(" ");
  return found ? "What was kept on this device has been sent and saved." : null;
}

function show() {
  const entries = saver.entries;
  found = Math.max(found, entries.length);
  const words = [parting.length && `${troubleLine(parting)}. Everything saved before stands.`, told(entries)].filter(Boolean);
  const conflict = entries.find((one) => one.fault === "conflict");
  if (words.length) pageNotice(words.join(" "), conflict && `${conflict.attempt}questions/${conflict.position}`);
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
