// The clock: milliseconds left, counted with performance.now(), put right by whatever the server says next.
// What this device's own clock shows is never used, but for one hint: where it jumps, the device may have slept.

import { recalled, remember } from "./tab.js";

const LAST_FIVE_MS = 5 * 60_000;
const HIDDEN = "quizapp-clock-hidden";
const LEFT = "quizapp-left ";
const ASK_EVERY_MS = 15_000;
const ASK_AGAIN_MS = 2_000;
const JUMP_MS = 1_000;
const LONG_MS = 500;
const WORTH_SAYING_MS = 20_000;
const NOTICE_MS = 20_000;

const announcer = document.querySelector("[data-module=announcer]");
let standing = null;

// One line that is read out and never takes the focus; it goes again, because what it says of the time grows old.
export function announce(text) {
  if (!announcer) return;
  announcer.textContent = text;
  clearTimeout(standing);
  standing = setTimeout(() => (announcer.textContent = ""), NOTICE_MS);
}

function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

// "1 hour 5 minutes", "4 minutes 10 seconds"
function inWords(ms) {
  const seconds = Math.ceil(ms / 1000);
  const parts = [[Math.floor(seconds / 3600), "hour"], [Math.floor(seconds / 60) % 60, "minute"], [seconds % 60, "second"]];
  return parts.filter(([number]) => number).slice(0, 2).map(([number, noun]) => counted(number, noun)).join(" ") || "no time";
}

export class Clock {
  #root;
  #face;
  #toggle;
  #place = document.querySelector("[data-place]");
  #more = document.querySelector("[data-more-time]");
  #pace = document.querySelector("[data-pace]");
  #notices;
  #length;
  #endsAt = null;
  #said = new Set();
  #ended = false;
  #onEnd;
  #url;
  #part;
  #extra = document.querySelector("[data-extra]");
  #asking = null;
  #askAt = 0;
  #drift = Date.now() - performance.now();

  constructor({ root, url, part, onEnd }) {
    this.#root = root;
    this.#face = root.querySelector("[data-clock-face]");
    this.#toggle = root.querySelector("[data-clock-toggle]");
    this.#onEnd = onEnd;
    this.#url = url;
    this.#part = part;
    this.#notices = (root.dataset.notices ?? "").split(" ").map((seconds) => Number(seconds) * 1000);
    this.#length = Number(root.dataset.length) * 1000;
    this.#offerHiding();
    document.querySelector("[data-say-time]")?.addEventListener("click", () => this.#say());
    if (!root.dataset.deadline || !this.#face) return;
    // The page was made before its first byte came, so what was left then is counted from there: never too little.
    // Where that took long it may be too much, and the server is asked at once.
    const visit = performance.getEntriesByType("navigation")[0];
    const came = visit?.responseStart || performance.now();
    const soon = came - (visit?.requestStart || came) > LONG_MS;
    this.#endsAt = came + Date.parse(root.dataset.deadline) - Date.parse(root.dataset.serverNow);
    // A notice that fell due between two pages of this tab comes late, not never.
    this.#forgetNotices(recalled(LEFT + url));
    addEventListener("pagehide", () => remember(LEFT + url, this.left));
    this.#askAt = soon ? 0 : performance.now() + ASK_EVERY_MS;
    setInterval(() => this.#tick(), 250);
    const wake = () => document.visibilityState === "visible" && this.resync();
    for (const one of ["focus", "online"]) addEventListener(one, wake);
    for (const one of ["visibilitychange", "resume"]) document.addEventListener(one, wake);
  }

  get left() {
    return this.#endsAt === null ? Infinity : Math.max(0, this.#endsAt - performance.now());
  }

  // What the server said was left, in reply to a request sent at `asked`. The end lies between `asked` and now, plus
  // that; what is known already stands where it lies between them too, and else the later end is taken: the time is
  // never called up too early. A deadline may have been moved later meanwhile, and is never moved earlier.
  take(left, asked) {
    if (this.#endsAt === null || typeof left !== "number") return;
    const now = performance.now();
    if (this.#endsAt >= asked + left && this.#endsAt <= now + left) return;
    const more = now + left - this.#endsAt;
    this.#endsAt = now + left;
    if (more < WORTH_SAYING_MS || left === 0) return;
    this.#forgetNotices();
    this.#root.dataset.state = left <= LAST_FIVE_MS ? "last-five" : "running";
    announce(`You have more time: ${counted(Math.round(left / 60_000), "minute")} left`);
    this.resync(); // a save's reply does not say why
  }

  // Extra time and its reason in one line, said once.
  #explain(extra) {
    if (!extra || !this.#extra || this.#extra.textContent === extra) return;
    this.#extra.textContent = extra;
    this.#extra.hidden = false;
    announce(extra);
  }

  // What the server says now; null where it cannot be reached. One question at a time.
  resync() {
    if (!this.#url || this.#endsAt === null) return Promise.resolve(null);
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #ask() {
    const asked = performance.now();
    this.#askAt = asked + ASK_AGAIN_MS;
    try {
      const reply = await fetch(this.#url, {
        headers: { Accept: "application/json" },
        redirect: "error",
        signal: AbortSignal.timeout(5_000),
      });
      if (!reply.ok) return null;
      const answer = await reply.json();
      this.#askAt = performance.now() + ASK_EVERY_MS;
      this.#part ??= answer.part;
      answer.same = answer.part === this.#part;
      if (answer.left_ms !== null && answer.same) this.take(answer.left_ms, asked);
      if (answer.same) this.#explain(answer.extra);
      return answer;
    } catch {
      return null;
    }
  }

  #tick() {
    const drift = Date.now() - performance.now();
    if (Math.abs(drift - this.#drift) > JUMP_MS) this.#askAt = 0;
    this.#drift = drift;
    const left = this.left;
    if (performance.now() >= this.#askAt && document.visibilityState === "visible") this.resync();
    const seconds = Math.ceil(left / 1000);
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    const rest = `${String(minutes).padStart(hours ? 2 : 1, "0")}:${String(seconds % 60).padStart(2, "0")}`;
    const text = hours ? `${hours}:${rest}` : rest;
    if (this.#face.textContent !== text) this.#face.textContent = text;
    if (left <= LAST_FIVE_MS && this.#root.dataset.state !== "last-five") {
      this.#root.dataset.state = "last-five";
      this.#show(true);
      if (this.#more) this.#more.hidden = false;
    }
    const due = this.#notices.filter((one) => left <= one && !this.#said.has(one));
    if (left > 0 && due.length) {
      for (const one of due) this.#said.add(one);
      announce(`${left > 60_000 ? counted(Math.ceil(left / 60_000), "minute") : inWords(left)} left`);
    }
    if (this.#pace) this.#showPace(left);
    if (left === 0 && !this.#ended) {
      this.#ended = true;
      this.#onEnd();
    }
  }

  // More time came after all.
  goOn() {
    this.#ended = false;
  }

  #say() {
    announce(this.#endsAt === null ? "There is no time limit" : `${inWords(this.left)} left`);
  }

  #forgetNotices(before = 0) {
    this.#said = new Set(this.#notices.filter((one) => Math.max(this.left, before) <= one));
  }

  // The core's `ahead`, from what the page counts now.
  #showPace(left) {
    const [answered, unanswered] = ["answered", "unanswered"].map(
      (name) => Number(document.querySelector(`[data-count=${name}]`)?.textContent),
    );
    const minutes = Math.trunc((this.#length * answered / (answered + unanswered) - (this.#length - left)) / 60_000);
    const text = minutes ? `${Math.abs(minutes)} min ${minutes > 0 ? "ahead" : "behind"}` : "On pace";
    if (this.#pace.textContent !== text) this.#pace.textContent = text;
  }

  #offerHiding() {
    if (!this.#toggle) return;
    this.#toggle.hidden = false;
    this.#toggle.addEventListener("click", () => {
      this.#show(this.#face.hidden);
      remember(HIDDEN, this.#face.hidden);
    });
    if (recalled(HIDDEN) && this.left > LAST_FIVE_MS) this.#show(false);
  }

  // The clock, and which question of how many.
  #show(visible) {
    for (const one of [this.#face, this.#place, this.#pace]) if (one) one.hidden = !visible;
    this.#toggle.textContent = visible ? "Hide" : "Show clock";
    this.#toggle.setAttribute("aria-label", visible ? "Hide clock" : "Show clock");
  }
}
