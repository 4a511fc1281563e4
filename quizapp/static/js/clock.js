// The clock: one deadline, counted down in milliseconds left, put right again whenever the page wakes.

const THRESHOLDS_MIN = [30, 15, 5, 1];
const LAST_FIVE_MS = 5 * 60_000;
const HIDDEN = "quizapp-clock-hidden";

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

  constructor({ root, announcer, url, onEnd }) {
    this.#root = root;
    this.#face = root.querySelector("[data-clock-face]");
    this.#toggle = root.querySelector("[data-clock-toggle]");
    this.#announcer = announcer;
    this.#onEnd = onEnd;
    this.#url = url;
    if (!root.dataset.deadline || !this.#face) return;
    this.#set(Date.parse(root.dataset.deadline) - Date.parse(root.dataset.serverNow));
    for (const minutes of THRESHOLDS_MIN) if (this.left <= minutes * 60_000) this.#said.add(minutes);
    this.#offerHiding();
    setInterval(() => this.#tick(), 250);
    const wake = () => document.visibilityState === "visible" && this.resync();
    document.addEventListener("visibilitychange", wake);
    addEventListener("focus", wake);
    addEventListener("online", wake);
  }

  get left() {
    return this.#endsAt === null ? Infinity : Math.max(0, this.#endsAt - performance.now());
  }

  // A fresh count of milliseconds left from the server; the deadline itself never moves earlier.
  #set(left) {
    this.#endsAt = performance.now() + left;
  }

  async resync() {
    if (!this.#url || this.#endsAt === null) return null;
    const asked = performance.now();
    try {
      const reply = await fetch(this.#url, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!reply.ok) return null;
      const answer = await reply.json();
      if (answer.left_ms !== null) this.#set(answer.left_ms - (performance.now() - asked) / 2);
      return answer;
    } catch {
      return null;
    }
  }

  #tick() {
    const left = this.left;
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
        if (this.#announcer) this.#announcer.textContent = `${minutes} ${minutes === 1 ? "minute" : "minutes"} left`;
      }
    }
    if (left === 0 && !this.#ended) {
      this.#ended = true;
      this.#onEnd();
    }
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
