// Sends each change of one question as it is made, and says honestly whether it is saved.
// A request keeps its number until it is acknowledged, so sending it twice writes it once.

const TIMEOUT_MS = 10_000;
const LONGEST_WAIT_MS = 8_000;

export class Saver {
  #url;
  #token;
  #position;
  #client = crypto.randomUUID();
  #seq = 0;
  #based;
  #wanted = new Map();
  #sending = new Map();
  #inFlight = new Set();
  #failures = 0;
  #timer = null;
  #on;

  // `on` has told(state, text), acknowledged(kind, reply), conflict(kind, reply), refused(code) and gone().
  constructor({ url, token, position, based, on }) {
    this.#url = url;
    this.#token = token;
    this.#position = position;
    this.#based = based;
    this.#on = on;
    addEventListener("online", () => this.#retryNow());
  }

  // Whether something on this page has not been acknowledged.
  get unsent() {
    return this.#wanted.size > 0 || this.#sending.size > 0;
  }

  save(kind, value) {
    this.#wanted.set(kind, value);
    this.#on.told("saving", "Saving");
    this.#flush(kind);
  }

  // After a conflict the candidate may keep what stands here: it is then based on what is saved.
  rebase(kind, version) {
    this.#based[kind] = version;
  }

  drop(kind) {
    this.#wanted.delete(kind);
  }

  // Resolves to true once nothing is unsent, to false after `ms`.
  async settled(ms) {
    const end = performance.now() + ms;
    while (this.unsent && performance.now() < end) {
      await new Promise((done) => setTimeout(done, 50));
    }
    return !this.unsent;
  }

  #flush(kind) {
    if (this.#sending.has(kind) || !this.#wanted.has(kind)) return;
    const body = {
      position: this.#position,
      kind,
      client: this.#client,
      seq: ++this.#seq,
      based_on: this.#based[kind],
      value: this.#wanted.get(kind),
    };
    this.#wanted.delete(kind);
    this.#sending.set(kind, body);
    this.#send(kind, body);
  }

  async #send(kind, body) {
    if (this.#inFlight.has(kind)) return;
    this.#inFlight.add(kind);
    let reply;
    try {
      reply = await fetch(this.#url, {
        method: "POST",
        credentials: "same-origin",
        keepalive: true,
        redirect: "error",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.#token },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      return this.#later("Not saved: no connection. Your choice is kept here and will be sent.");
    } finally {
      this.#inFlight.delete(kind);
    }
    if (reply.status >= 500 || reply.status === 429) {
      return this.#later("Not saved: the server is busy. Your choice is kept here and will be sent.");
    }
    if (reply.status === 401 || reply.status === 400) {
      return this.#later("Not saved: you are logged out. Log in again in another tab; your choice is kept here.");
    }
    let answer;
    try {
      answer = await reply.json();
    } catch {
      return this.#later("Not saved: no proper reply. Your choice is kept here and will be sent.");
    }
    this.#failures = 0;
    this.#sending.delete(kind);
    if (reply.ok) {
      this.#based[kind] = answer.version;
      this.#on.acknowledged(kind, answer);
      this.#flush(kind);
    } else if (answer.code === "stale_response") {
      this.#wanted.delete(kind);
      this.#on.conflict(kind, answer);
    } else if (reply.status === 409 || reply.status === 404) {
      this.#wanted.clear();
      this.#on.gone();
    } else {
      this.#on.refused(answer.detail ?? answer.code);
      this.#flush(kind);
    }
  }

  #later(words) {
    this.#on.told("failed", words);
    if (this.#timer) return;
    const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(this.#failures, 5));
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#retryNow(), wait * (0.5 + Math.random() / 2));
  }

  #retryNow() {
    clearTimeout(this.#timer);
    this.#timer = null;
    for (const [kind, body] of this.#sending) this.#send(kind, body);
  }
}
