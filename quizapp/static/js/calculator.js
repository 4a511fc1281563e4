// The calculator: keys and display over arithmetic.js and tvm.js. What it holds lasts as long as the attempt in this tab.

import { display, fresh, line, plain, press, put, shown } from "./arithmetic.js";
import { recalled, remember } from "./tab.js";
import { KEYS, NoSolution, solve } from "./tvm.js";

const NAMES = { n: "N", iy: "I/Y", pv: "PV", pmt: "PMT", fv: "FV" };
const TYPED = { Enter: "=", Backspace: "back", Delete: "clear", x: "*", "×": "*", "÷": "/", "−": "-" };
const MOST_RESULTS = 5;
const BLANK = Object.freeze({ n: 0, iy: 0, pv: 0, pmt: 0, fv: 0, perYear: 1, begin: false });

// Opens it, unless it was open when the page before was left; `from` had the focus when it was asked for.
export function calculator(form, from) {
  const panel = form.querySelector("[data-module=calculator]");
  const toggle = form.querySelector("[data-tool=calculator]");
  const part = (name) => panel.querySelector(`[data-${name}]`);
  const kept = `quizapp-calculator ${form.dataset.home}`;
  let { open, state, held, results } = { open: false, state: fresh(), held: BLANK, results: [], ...recalled(kept) };
  let computing = false;
  let stored = null;
  let cameFrom = null;
  let field = numberFields(form)[0];
  left(from);

  function show() {
    panel.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    const asked = state.done ? `${state.done.line} =` : line(state);
    part("line").textContent = computing ? "Compute: press N, I/Y, PV, PMT or FV" : (stored ?? asked);
    part("display").textContent = display(state);
    part("display").classList.toggle("fault", Boolean(state.error));
    const values = KEYS.map((key) => `${NAMES[key]} ${shown(held[key])}`).join(", ");
    const when = `payments at the ${held.begin ? "beginning" : "end"} of each period`;
    const memory = state.memory ? `; memory ${shown(state.memory)}` : "";
    part("held").textContent = `${values}; P/Y ${shown(held.perYear)}; ${when}${memory}`;
    panel.querySelector("[data-key=begin]").setAttribute("aria-pressed", String(held.begin));
    panel.querySelector("[data-key=cpt]").setAttribute("aria-pressed", String(computing));
    part("paste").hidden = !field;
    part("history").replaceChildren(...results.map(resultButton));
    remember(kept, { open, state, held, results });
  }

  function resultButton({ line: asked, value }) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${asked} = ${shown(value)}`;
    button.addEventListener("click", () => {
      stored = null;
      state = put(state, value);
      show();
      panel.focus();
    });
    item.append(button);
    return item;
  }

  function tell(words) {
    part("told").textContent = "";
    setTimeout(() => (part("told").textContent = words)); // the same result twice is told twice
  }

  function note(result) {
    results = [result, ...results].slice(0, MOST_RESULTS);
  }

  // Whether all that was entered comes to a number.
  function finish() {
    state = press(state, "=");
    if (state.done) note(state.done);
    return !state.error;
  }

  function store(key) {
    if (!finish()) return tell(state.error);
    const value = state.tokens.at(-1)?.value ?? 0;
    if (key === "perYear" && !(value > 0)) return fail("P/Y must be above zero");
    held = { ...held, [key]: value };
    state = put(fresh(state.memory), value);
    stored = `${NAMES[key] ?? "P/Y"} =`;
    tell(`${stored} ${shown(value)}`);
  }

  function compute(key) {
    try {
      const value = solve(key, held, held);
      held = { ...held, [key]: value };
      state = put(fresh(state.memory), value);
      note({ line: NAMES[key], value });
      tell(`${NAMES[key]} = ${shown(value)}`);
    } catch (refusal) {
      if (!(refusal instanceof NoSolution)) throw refusal;
      fail(refusal.message);
    }
  }

  function fail(words) {
    state = { ...fresh(state.memory), error: words };
    tell(words);
  }

  const ACTS = {
    "=": () => tell(finish() ? display(state) : state.error),
    cpt: () => (computing = !computing),
    py: () => store("perYear"),
    begin: () => (held = { ...held, begin: !held.begin }),
    forget: () => (held = BLANK),
  };

  function take(key) {
    const due = computing;
    // What follows a value that was stored begins anew: a minus is a sign there.
    if (stored && "+-*/^(".includes(key)) state = fresh(state.memory);
    stored = null;
    if (key !== "cpt") computing = false;
    if (KEYS.includes(key)) (due ? compute : store)(key);
    else if (ACTS[key]) ACTS[key]();
    else {
      state = press(state, key);
      if (state.error) tell(state.error);
    }
    show();
  }

  function turn(to) {
    open = to;
    show();
    if (open) panel.focus();
    else back();
  }

  function back() {
    (cameFrom?.isConnected ? cameFrom : form.querySelector("h1")).focus();
  }

  function paste() {
    if (!finish()) return tell(state.error);
    field.value = plain(state.tokens.at(-1)?.value ?? 0);
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
    tell(`${field.value} is in the answer`);
    show();
  }

  toggle.addEventListener("click", () => turn(!open));
  part("close").addEventListener("click", () => turn(false));
  part("paste").addEventListener("click", paste);
  // A press of a key with the pointer leaves the focus on the calculator, so that Enter stays "equals".
  panel.addEventListener("mousedown", (event) => {
    if (!event.target.closest("[data-key]")) return;
    event.preventDefault();
    panel.focus();
  });
  panel.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (key) take(key);
  });
  panel.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pressesButton = event.target !== panel && (event.key === "Enter" || event.key === " ");
    if (pressesButton || event.key === "Tab") return;
    if (event.key === "Escape") return back();
    const key = TYPED[event.key] ?? event.key;
    if (!/^([\d.+\-*/^()%=]|back|clear)$/.test(key)) return;
    event.preventDefault();
    take(key);
  });
  form.addEventListener("focusin", ({ target }) => left(target));
  if (open) show();
  else turn(true);

  function left(target) {
    if (!form.contains(target) || panel.contains(target) || target === toggle) return;
    cameFrom = target;
    if (numberFields(form).includes(target)) field = target;
  }
}

function numberFields(form) {
  return [...form.querySelectorAll("input[inputmode=decimal]")];
}
