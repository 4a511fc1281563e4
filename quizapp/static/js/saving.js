// Sends what the outbox keeps, each save until it is acknowledged, and says what stands there, nothing else.
// A save keeps its number until then, so sending it twice writes it once.

import { Outbox, keyOf } from "./outbox.js";
import { recalled, remember } from "./tab.js";

const TIMEOUT_MS = 10_000;
const LONGEST_WAIT_MS = 4_000;
// From the end of a page to when another tab takes over what it left: the next page of its own tab comes first.
const FIRST_REFUSAL_MS = 2_000;
const CLIENTS = "quizapp-clients";

export function same(one, other) {
  return one.length === other.length && one.every((value) => other.includes(value));
}

export class Saver {
  #attempt;
  #position;
  #url;
  #csrf;
  #token;
  #based;
  #on;
  #outbox;
  #client = crypto.randomUUID();
  #clients = new Set([this.#client]);
  #before = new Set(recalled(CLIENTS));
  #claimed;
  #awaited = new Set();
  #started = false;
  #seq = 0;
  #acknowledgedVersions = new Map();
  #restored = new Set();
  #waiting = new Set();
  #inFlight = new Map();
  #failures = 0;
  #timer = null;
  #lapsed = false;

  // Without an attempt: for whatever any page of this site left behind. `on` has changed(saved_at, elsewhere), where a
  // save of another tab is told, acknowledged(entry, reply, asked), conflict(entry, reply), refused(entry, code),
  // gone(entry, code) and restored(entry).
  constructor({ attempt, position, url, csrf, token, based = {}, on }) {
    this.#attempt = attempt;
    this.#position = position;
    this.#url = url;
    this.#csrf = csrf;
    this.#token = token;
    this.#based = based;
    this.#on = on;
    const changed = (...saved) => {
      if (this.#started) this.#awaitOthers();
      on.changed(...saved);
    };
    this.#outbox = new Outbox(attempt, changed, (entry) => this.#owns(entry));
    remember(CLIENTS, [this.#client]);
    // Held as long as this page lives: what it leaves behind is another page's to send from then on, and not before.
    navigator.locks?.request(`quizapp ${this.#client}`, () => new Promise(() => {}));
    // Claimed before anything is waited for, lest another tab comes first.
    this.#claimed = navigator.locks ? Promise.all([...this.#before].map((one) => this.#claim(one))) : [];
  }

  get entries() {
    return this.#outbox.entries;
  }

  get durable() {
    return this.#outbox.durable;
  }

  // Whether something of this page's is neither acknowledged nor waiting for the candidate's word.
  get unsent() {
    return this.entries.some((one) => this.#owns(one) && one.fault !== "conflict");
  }

  // Sends what earlier pages left behind, and shows what of it belongs to this one.
  async start() {
    await this.#outbox.ready();
    for (const one of await this.#claimed) if (one) await this.#takeOver(one);
    this.#started = true;
    await this.#awaitOthers(true);
    this.#pump();
    addEventListener("online", () => this.#again());
  }

  // Keeps a value and sends it; with `later` only once `send` is called.
  save(kind, value, later = false) {
    const tail = this.#tail(kind);
    let entry = tail;
    this.#restored.delete(kind);
    if (tail?.sent && !tail.fault && same(tail.value, value)) return;
    if (tail && (!tail.sent || tail.fault === "conflict")) {
      Object.assign(tail, { value, fault: null, sent: false }); // nothing is stored under a number that was refused
    } else {
      const after = tail ? keyOf(tail) : null;
      entry = this.#numbered({ position: this.#position, kind, value, based_on: tail?.based_on ?? this.#based[kind], after });
    }
    if (later) this.#waiting.add(keyOf(entry));
    else this.#waiting.delete(keyOf(entry));
    if (this.#mayGo(entry)) this.#send(entry);
    else this.#outbox.keep(entry);
  }

  // Sends all that is kept, what waited for more typing too.
  send() {
    this.#waiting.clear();
    this.#pump();
  }

  // After a conflict the candidate may keep what stands here: it is then based on what is saved.
  insist(entry, version) {
    this.#based[entry.kind] = version;
    this.#outbox.settle(entry);
    this.save(entry.kind, entry.value);
  }

  // Or what is saved.
  drop(entry) {
    return this.#outbox.settle(entry);
  }

  wipe() {
    return this.#outbox.wipe();
  }

  // Resolves to true once nothing is unsent, to false after `ms`.
  async settled(ms) {
    this.send();
    const end = performance.now() + ms;
    while (this.unsent && performance.now() < end) await new Promise((done) => setTimeout(done, 50));
    return !this.unsent;
  }

  #pump() {
    for (const one of this.entries) if (this.#mayGo(one)) this.#send(one);
  }

  #numbered(values) {
    const own = { attempt: this.#attempt, client: this.#client, seq: ++this.#seq, url: this.#url, token: this.#token };
    return { ...own, sent: false, fault: null, ...values };
  }

  #owns(entry) {
    return this.#clients.has(entry.client);
  }

  #here(entry) {
    return entry.attempt === this.#attempt && entry.position === this.#position;
  }

  #tail(kind) {
    const chain = this.entries.filter((one) => this.#owns(one) && this.#here(one) && one.kind === kind);
    return chain.findLast((one) => !chain.some((other) => other.after === keyOf(one)));
  }

  #mayGo(entry) {
    const key = keyOf(entry);
    const waits = this.#waiting.has(key) || this.#inFlight.has(key) || (entry.after && this.#outbox.get(entry.after));
    return this.#owns(entry) && !waits && entry.fault !== "conflict";
  }

  // Waits for the end of every page that something lies here of, to take that over; with `now` of those that are gone
  // already, which is done once this resolves. The lock makes sure that no other page does so too; without locks all
  // pages do, and a save that comes twice is written once.
  async #awaitOthers(now = false) {
    const others = new Set(this.entries.map((one) => one.client));
    const unasked = [...others].filter((one) => !this.#clients.has(one) && !this.#awaited.has(one));
    if (!navigator.locks) return now && Promise.all(unasked.map((one) => this.#takeOver(one)));
    for (const one of unasked) this.#awaited.add(one);
    for (const one of await Promise.all(unasked.map((one) => now && this.#claim(one)))) if (one) await this.#takeOver(one);
    for (const one of unasked) if (!this.#clients.has(one)) this.#waitFor(one);
  }

  // The client itself where its page is gone, and this one holds its lock from now on; else null.
  #claim(client) {
    return new Promise((asked) => {
      navigator.locks.request(`quizapp ${client}`, { ifAvailable: true }, (lock) => {
        asked(lock && client);
        return lock && new Promise(() => {});
      });
    });
  }

  async #waitFor(client) {
    const name = `quizapp ${client}`;
    if (this.#before.has(client)) {
      await new Promise((asked) => navigator.locks.request(name, () => new Promise(() => asked())));
    } else {
      do {
        await navigator.locks.request(name, () => {});
        await new Promise((over) => setTimeout(over, FIRST_REFUSAL_MS));
      } while (!(await this.#claim(client)));
    }
    await this.#takeOver(client);
  }

  // What is taken over is read anew: its page may have changed it until it was gone.
  async #takeOver(client) {
    await this.#outbox.reread(false);
    this.#clients.add(client);
    remember(CLIENTS, [...this.#clients].filter((one) => one === this.#client || this.entries.some((it) => it.client === one)));
    for (const one of this.entries) {
      if (one.client !== client || !this.#here(one)) continue;
      if (one.fault === "conflict") one.fault = null;
      const pending = this.entries.some((it) => it.client === this.#client && this.#here(it) && it.kind === one.kind);
      const newer = pending || one.based_on < (this.#acknowledgedVersions.get(one.kind) ?? 0);
      if (newer || one !== this.#tail(one.kind)) continue;
      this.#restored.add(one.kind);
      this.#on.restored(one);
    }
    this.#pump();
  }

  async #send(entry) {
    const key = keyOf(entry);
    const stop = new AbortController();
    this.#inFlight.set(key, stop);
    try {
      if (!entry.sent) {
        entry.sent = true;
        await this.#outbox.keep(entry);
      }
      const asked = performance.now();
      const [status, answer] = await this.#delivered(entry, stop);
      this.#inFlight.delete(key);
      await this.#heard(entry, status, answer, asked);
    } finally {
      this.#inFlight.delete(key);
    }
  }

  // The reply's status and body: by the session, or by the attempt's token where the log-in has lapsed.
  async #delivered(entry, stop) {
    const token = (entry.attempt === this.#attempt && this.#token) || entry.token;
    const session = { credentials: "same-origin", headers: { "X-CSRFToken": this.#csrf } };
    const lapsed = { credentials: "omit", headers: { "X-Attempt-Token": token } };
    let reply = token && (this.#lapsed || !this.#csrf) ? null : await this.#post(entry, session, stop);
    if (token && (!reply || [400, 401, 404].includes(reply[0]))) {
      reply = await this.#post(entry, lapsed, stop);
      this.#lapsed = reply[0] !== 401;
    }
    return reply;
  }

  async #post(entry, { credentials, headers }, stop) {
    const { position, kind, client, seq, based_on, value } = entry;
    const late = setTimeout(() => stop.abort(), TIMEOUT_MS);
    try {
      const reply = await fetch(entry.url, {
        method: "POST",
        credentials,
        keepalive: true,
        redirect: "error",
        headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
        body: JSON.stringify({ position, kind, client, seq, based_on, value }),
        signal: stop.signal,
      });
      if (reply.status >= 500 || reply.status === 429) return [reply.status, {}];
      return [reply.status, await reply.json()];
    } catch {
      return [0, {}];
    } finally {
      clearTimeout(late);
    }
  }

  async #heard(entry, status, answer, asked) {
    if (status === 0) return this.#later(entry, "offline");
    if (status >= 500 || status === 429 || status === 403) return this.#later(entry, "busy");
    if (status === 401 || status === 400) return this.#later(entry, "signed_out");
    this.#failures = 0;
    if (status === 200) await this.#acknowledged(entry, answer, asked);
    else if (answer.code === "stale_response") await this.#stale(entry, answer, asked);
    else if (answer.code === "key_reused") {
      await this.#outbox.settle(entry);
      await this.#outbox.keep({ ...this.#numbered({}), ...entry, client: this.#client, seq: this.#seq, sent: false });
    } else {
      await this.#outbox.settle(entry);
      if (status === 409 || status === 404) this.#on.gone(entry, answer.code);
      else this.#on.refused(entry, answer.detail ?? answer.code);
    }
    this.#pump();
  }

  // A save may be acknowledged when another one stands already: a first reply was lost, and it was sent again since.
  // What the page was drawn with counts no more where an older value was put back.
  async #acknowledged(entry, answer, asked) {
    const { kind, client } = entry;
    const own = this.#here(entry) && !this.#restored.has(kind) ? (this.#based[kind] ?? 0) : 0;
    const newest = answer.newest ?? answer.version;
    const stands = newest === answer.version && !answer.late;
    if (this.#here(entry)) {
      this.#based[kind] = Math.max(own, answer.version);
      if (client === this.#client) this.#acknowledgedVersions.set(kind, answer.version);
    }
    const settled = this.#outbox.settle(entry, answer.version, stands ? answer.saved_at : undefined);
    this.#on.acknowledged(entry, { ...answer, overtaken: newest > Math.max(own, answer.version), stands }, asked);
    await settled;
  }

  async #stale(entry, answer, asked) {
    if (same(answer.current, answer.yours)) {
      const { version, current, server_now } = answer;
      return this.#acknowledged(entry, { version, value: current, saved_at: server_now }, asked);
    }
    // What was chosen since has the same base: it is what the candidate is asked about.
    if (this.entries.some((one) => one.after === keyOf(entry))) return this.#outbox.settle(entry);
    entry.fault = "conflict";
    await this.#outbox.keep(entry);
    this.#on.conflict(entry, answer);
  }

  async #later(entry, fault) {
    if (entry.fault !== fault && this.#outbox.get(keyOf(entry))) {
      entry.fault = fault;
      await this.#outbox.keep(entry);
    }
    if (this.#timer) return;
    const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(this.#failures, 4));
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#again(false), wait * (0.5 + Math.random() / 2));
  }

  // Also what is still on its way: whatever it was sent over may be gone.
  #again(afresh = true) {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (afresh) for (const stop of this.#inFlight.values()) stop.abort();
    this.#failures = afresh ? 0 : this.#failures;
    if (!navigator.locks) this.#awaitOthers(true);
    this.#pump();
  }
}
