// The clock: milliseconds left, counted with performance.now(), put right by whatever the server says next.
// What this device's own clock shows is never used, but for one hint: where it jumps, the device may have slept.

const THRESHOLDS_MIN = [30, 15, 5, 1];
const LAST_FIVE_MS = 5 * 60_000;
const HIDDEN = "quizapp-clock-hidden";
const ASK_EVERY_MS = 15_000;
const ASK_AGAIN_MS = 2_000;
const JUMP_MS = 1_000;
const WORTH_SAYING_MS = 20_000;

export class Clock {
  #root;
  #face;
  #toggle;
  #announcer;
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

  constructor({ root, announcer, url, part, onEnd }) {
    this.#root = root;
    this.#face = root.querySelector("[data-clock-face]");
    this.#toggle = root.querySelector("[data-clock-toggle]");
    this.#announcer = announcer;
    this.#onEnd = onEnd;
    this.#url = url;
    this.#part = part;
    if (!root.dataset.deadline || !this.#face) return;
    // The page was made before its first byte came, so what was left then is counted from there: never too little.
    const came = performance.getEntriesByType("navigation")[0]?.responseStart || performance.now();
    this.#endsAt = came + Date.parse(root.dataset.deadline) - Date.parse(root.dataset.serverNow);
    this.#forgetThresholds();
    this.#offerHiding();
    this.#askAt = performance.now() + ASK_EVERY_MS;
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
    this.#forgetThresholds();
    this.#root.dataset.state = left <= LAST_FIVE_MS ? "last-five" : "running";
    const minutes = Math.round(left / 60_000);
    this.#announce(`You have more time: ${minutes} ${minutes === 1 ? "minute" : "minutes"} left`);
    this.resync(); // a save's reply does not say why
  }

  // Extra time and its reason in one line, said once.
  #explain(extra) {
    if (!extra || !this.#extra || this.#extra.textContent === extra) return;
    this.#extra.textContent = extra;
    this.#extra.hidden = false;
    if (this.#announcer) this.#announcer.textContent = extra;
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
    const rest = String(Math.floor((seconds % 3600) / 60)).padStart(hours ? 2 : 1, "0");
    const text = `${hours ? `${hours}:` : ""}${rest}:${String(seconds % 60).padStart(2, "0")}`;
    if (this.#face.textContent !== text) this.#face.textContent = text;
    if (left <= LAST_FIVE_MS && this.#root.dataset.state !== "last-five") {
      this.#root.dataset.state = "last-five";
      this.#show(true);
    }
    for (const minutes of THRESHOLDS_MIN) {
      if (left > 0 && left <= minutes * 60_000 && !this.#said.has(minutes)) {
        this.#said.add(minutes);
        this.#announce(`${minutes} ${minutes === 1 ? "minute" : "minutes"} left`);
      }
    }
    if (left === 0 && !this.#ended) {
      this.#ended = true;
      this.#onEnd();
    }
  }

  // More time came after all.
  goOn() {
    this.#ended = false;
  }

  #announce(text) {
    if (this.#announcer) this.#announcer.textContent = text;
  }

  #forgetThresholds() {
    this.#said = new Set(THRESHOLDS_MIN.filter((minutes) => this.left <= minutes * 60_000));
  }

  #offerHiding() {
    if (!this.#toggle) return;
    this.#toggle.hidden = false;
    this.#toggle.addEventListener("click", () => {
      this.#show(this.#face.hidden);
      sessionStorage.setItem(HIDDEN, this.#face.hidden ? "1" : "");
    });
    if (sessionStorage.getItem(HIDDEN) && this.left > LAST_FIVE_MS) this.#show(false);
  }

  #show(visible) {
    this.#face.hidden = !visible;
    if (!this.#toggle) return;
    this.#toggle.textContent = visible ? "Hide" : "Show clock";
    this.#toggle.setAttribute("aria-label", visible ? "Hide clock" : "Show clock");
  }
}
