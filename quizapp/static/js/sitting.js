// The test screen: plain forms that work without this script, saved change by change with it.

import { Clock, announce } from "./clock.js";
import { highlight } from "./highlight.js";
import "./keys.js";
import { calculator } from "./later.js";
import { notepad } from "./notepad.js";
import { pageNotice } from "./pagenotice.js";
import "./preferences.js";
import { Saver, same } from "./saving.js";
import { stateLine, troubleLine } from "./stateline.js";
import { leaveWords, partingWords } from "./tab.js";

// A tool gets the form and what keeps a value of a kind; one that keeps any says how its value is shown and told.
const TOOLS = [calculator, notepad, highlight];
// The fields that say what the form was drawn with, by kind.
const DRAWN = { answer: "shown", strike: "struck", certainty: "certainty_shown", note: "note_shown" };
const IDLE_MS = 600;
const LONGEST_TYPING_MS = 1_000;
const WAIT_BEFORE_LEAVING_MS = 4_000;
const TROUBLES = new Set(["offline", "failed"]);

const form = document.querySelector("[data-module=sitting]");
const page = form ?? document.querySelector("[data-module=clock-page]");
const clockRoot = document.querySelector("[data-module=clock]");
const saveState = document.querySelector("[data-module=save-state]");

let trouble = null;

function tell(state, text) {
  if (!saveState) return;
  saveState.dataset.state = state;
  const words = saveState.querySelector("[data-save-text]");
  if (words.textContent !== text) words.textContent = text;
  // Not each save is read out: only that something is not saved, and that it is again.
  if (state === "saving" || state === trouble || !(trouble || TROUBLES.has(state))) return;
  trouble = TROUBLES.has(state) ? state : null;
  announce(text);
}

function hiddenInputs(name) {
  return [...form.querySelectorAll(`input[type=hidden][name="${name}"]`)];
}

function keepHidden(name, values) {
  for (const one of hiddenInputs(name)) one.remove();
  for (const value of values) {
    const one = document.createElement("input");
    one.type = "hidden";
    one.name = name;
    one.value = value;
    form.append(one);
  }
}

// The fields of the answer: `answer`, or `answer.2` for slot 2, whose value is sent as "2:" and what is chosen.
function answerFields() {
  return [...form.elements].filter((one) => isAnswer(one) && one.type !== "hidden");
}

function isAnswer(field) {
  return field.name === "answer" || Boolean(field.name?.startsWith("answer."));
}

function isTicked(field) {
  return field.type === "radio" || field.type === "checkbox";
}

function slotOf(field) {
  return field.name === "answer" ? "" : `${field.name.slice("answer.".length)}:`;
}

function answered() {
  return answerFields()
    .filter((one) => (isTicked(one) ? one.checked : one.value.trim()))
    .map((one) => slotOf(one) + one.value.trim());
}

function clearAnswer() {
  for (const one of answerFields()) {
    if (isTicked(one)) one.checked = false;
    else one.value = "";
  }
}

function words(values) {
  if (!values.length) return "nothing";
  const letters = new Map();
  for (const field of answerFields()) {
    for (const one of field.options ?? [field]) letters.set(slotOf(field) + one.value, slotOf(field) + (one.dataset.letter ?? one.value));
  }
  return values.map((value) => (letters.get(value) ?? value).replace(":", " ")).join(", ");
}

// Marks what became of a question on the map; what is not said of it stays.
function markCell(position, change) {
  const cell = document.querySelector(`.cell[data-number="${position}"]`);
  if (!cell) return;
  const before = { answered: cell.classList.contains("answered"), flagged: Boolean(cell.querySelector(".icon-flag")) };
  const after = { ...before, ...change };
  cell.classList.toggle("answered", after.answered);
  cell.classList.toggle("unanswered", !after.answered);
  const icon = cell.querySelector(".icon-flag");
  if (after.flagged && !icon) cell.append(flagButton().querySelector(".icon-flag").cloneNode(true));
  if (!after.flagged) icon?.remove();
  const said = cell.querySelector("[data-cell-words]");
  if (said) said.textContent = `, ${after.answered ? "answered" : "unanswered"}${after.flagged ? ", flagged" : ""}`;
  for (const [name, step] of [
    ["answered", after.answered - before.answered],
    ["unanswered", before.answered - after.answered],
    ["flagged", after.flagged - before.flagged],
  ]) {
    if (step) count(name, step);
  }
}

function count(name, step) {
  const shown = document.querySelector(`[data-count=${name}]`);
  if (shown) shown.textContent = String(Number(shown.textContent) + step);
}

function flagButton() {
  return form.querySelector("button[name=flag]");
}

function isFlagged() {
  return flagButton()?.getAttribute("aria-pressed") === "true";
}

// What the state line is made of, beside the outbox.
const elsewhere = new Set();
const facts = {
  drawn: saveState && [saveState.dataset.state, saveState.querySelector("[data-save-text]").textContent],
  zone: saveState?.dataset.zone,
  here: form ? Number(form.dataset.position) : null,
  saved_at: null,
  troubles: partingWords(),
  time: null,
  stopped: false,
};
// Whether a page that has something unsent asks before it is left.
let guard = true;

function showState() {
  if (saveState) tell(...stateLine({ ...facts, elsewhere: elsewhere.size > 0, entries: saver?.entries, durable: saver?.durable }));
  else if (facts.troubles.length) pageNotice(`${troubleLine(facts.troubles)}.`);
  const warning = document.querySelector("[data-outbox-warning]");
  if (warning) warning.hidden = saver?.durable ?? true;
}

function showSaved(saved_at) {
  facts.saved_at = saved_at ?? facts.saved_at;
  showState();
}

// What is not saved, and will not be sent again, of one kind and question: told until that is changed or saved.
function troubled(entry, why) {
  mended(entry);
  facts.troubles.push({ why, position: entry.position, kind: entry.kind });
}

function mended({ position, kind }) {
  facts.troubles = facts.troubles.filter((one) => one.position !== position || one.kind !== kind);
}

// For the pages of a test that ask nothing themselves: what questions left behind is sent from here too.
function beginKept() {
  let asked = false;
  const saver = new Saver({
    attempt: page.dataset.home,
    csrf: page.querySelector("[name=csrf_token]")?.value,
    on: {
      changed(saved_at, other) {
        for (const one of other ? [other, ...saver.entries] : saver.entries) mended(one);
        if (facts.stopped && !saver.unsent && !facts.troubles.length) facts.stopped = asked = false;
        showSaved(saved_at);
      },
      acknowledged(entry, reply) {
        if (reply.late) troubled(entry, "late");
        else mended(entry);
        showSaved(reply.stands ? reply.saved_at : undefined);
      },
      conflict: showState,
      refused(entry, code) {
        troubled(entry, code);
        showState();
      },
      gone(entry, code) {
        troubled(entry, code);
        showState();
      },
      restored: showState,
    },
  });
  saver.start();
  page.addEventListener("submit", async (event) => {
    if (asked || !saver.unsent || !event.target.matches("[data-hands-in]")) return;
    event.preventDefault();
    asked = true;
    const sent = await saver.settled(WAIT_BEFORE_LEAVING_MS);
    if (sent && !facts.troubles.length) return event.target.requestSubmit(event.submitter);
    facts.stopped = true;
    showState();
  });
  return saver;
}

function begin() {
  let acknowledged = null;
  // Where the test, or this question, was closed meanwhile; the next page says so.
  const leave = (entry, code) => {
    guard = false;
    troubled(entry, code);
    leaveWords(facts.troubles);
    location.assign(form.dataset.home);
  };
  const position = Number(form.dataset.position);
  const saver = new Saver({
    attempt: form.dataset.home,
    position,
    url: form.dataset.save,
    csrf: form.querySelector("[name=csrf_token]").value,
    token: form.dataset.token,
    based: Object.fromEntries(
      [...form.querySelectorAll("input[type=hidden][name^=based_on_]")].map((one) => [
        one.name.slice("based_on_".length),
        Number(one.value),
      ]),
    ),
    on: {
      changed(saved_at, other) {
        if (other?.position === position && !same(other.value, stands(other.kind))) elsewhere.add(other.kind);
        showSaved(saved_at);
      },
      acknowledged(entry, reply, asked) {
        if (reply.late) troubled(entry, "late");
        else if (entry.position === position && reply.overtaken) elsewhere.add(entry.kind);
        else if (entry.position === position && reply.stands) saved(entry, reply, asked);
        if (entry.kind === "answer" && reply.stands) markCell(entry.position, { answered: reply.value.length > 0 });
        if (entry.kind === "flag" && reply.stands) markCell(entry.position, { flagged: reply.value.length > 0 });
        showSaved(reply.stands ? reply.saved_at : undefined);
      },
      conflict(entry, reply) {
        if (entry.position === position) offerBoth(entry, reply);
        showState();
      },
      refused(entry, code) {
        if (entry.kind === "answer" && entry.position === position) markCell(position, { answered: hiddenInputs("shown").length > 0 });
        // Half of a number is no number yet.
        if (idle === null) troubled(entry, code);
        showState();
      },
      gone: leave,
      restored: (entry) => restore(entry.kind, entry.value),
    },
  });

  function saved({ kind, value }, reply, asked) {
    elsewhere.delete(kind);
    mended({ kind, position });
    clock?.take(reply.left_ms, asked);
    hiddenInputs(`based_on_${kind}`)[0].value = reply.version;
    if (kind === "answer") acknowledged = value;
    if (DRAWN[kind]) keepHidden(DRAWN[kind], kind === "note" ? value : reply.value);
  }

  // What an earlier page of this question kept and could not send stands here again.
  function restore(kind, values) {
    if (kind === "answer") {
      clearAnswer();
      for (const field of answerFields()) {
        for (const value of values) {
          if (!value.startsWith(slotOf(field))) continue;
          const held = value.slice(slotOf(field).length);
          if (!isTicked(field)) field.value = held;
          else if (field.value === held) field.checked = true;
        }
      }
      markCell(position, { answered: values.length > 0 });
    } else if (kind === "flag") {
      showFlag(values.length > 0);
    } else if (kind === "strike") {
      for (const row of form.querySelectorAll("[data-option]")) showStruck(row, values.includes(row.dataset.option));
    } else if (tools.has(kind)) {
      tools.get(kind).restore(values);
    } else {
      for (const field of form.elements) if (field.name === kind) field.checked = values.includes(field.value);
    }
  }

  function offerBoth(entry, reply) {
    const { kind } = entry;
    document.querySelector(`[data-conflict="${kind}"]`)?.remove();
    const box = document.createElement("div");
    box.className = "notice warning";
    box.dataset.conflict = kind;
    box.setAttribute("role", "alert");
    const say = document.createElement("p");
    const told = kind === "answer" ? words : tools.get(kind)?.words;
    say.textContent = told
      ? `Changed in another tab or on another device. Saved there: ${told(reply.current)}. Yours here: ${told(reply.yours)}.`
      : "This was changed in another tab or on another device.";
    const mine = document.createElement("button");
    mine.type = "button";
    mine.className = "button";
    mine.textContent = "Keep mine";
    const theirs = document.createElement("button");
    theirs.type = "button";
    theirs.className = "button";
    theirs.textContent = "Keep what is saved";
    mine.addEventListener("click", () => {
      box.remove();
      saver.insist(entry, reply.version);
      restore(kind, entry.value); // an older page's may have been asked about, with a newer one standing here
    });
    theirs.addEventListener("click", async () => {
      guard = false;
      await saver.drop(entry);
      location.reload();
    });
    const actions = document.createElement("p");
    actions.className = "actions";
    actions.append(mine, theirs);
    box.append(say, actions);
    form.querySelector(".question-head").after(box);
  }

  // What stands on the page, as it would be saved.
  function stands(kind) {
    if (kind === "answer") return answered();
    if (kind === "flag") return isFlagged() ? ["1"] : [];
    if (kind === "strike") return [...form.querySelectorAll(".option.struck")].map((one) => one.dataset.option);
    if (tools.has(kind)) return tools.get(kind).value();
    return [...form.querySelectorAll(`[name="${kind}"]:checked`)].map((one) => one.value);
  }

  const tools = new Map();
  const ahead = new Map();
  const keep = (kind, value, later) => {
    ahead.delete(kind);
    saver.save(kind, value, later);
  };
  for (const tool of TOOLS) {
    const keeper = tool(form, keep);
    if (keeper) tools.set(keeper.kind, keeper);
  }
  // What was chosen or typed while this script was still on its way, until it is changed again.
  for (const kind of ["answer", "certainty", "note"]) {
    const value = stands(kind);
    if (!same(value, hiddenInputs(DRAWN[kind]).map((one) => one.value))) ahead.set(kind, value);
  }

  let idle = null;
  let typedSince = null;
  const saveAnswer = () => {
    clearTimeout(idle);
    idle = typedSince = null;
    const value = answered();
    const known = acknowledged ?? hiddenInputs("shown").map((one) => one.value);
    const pending = saver.entries.some((one) => one.kind === "answer" && one.position === position);
    ahead.delete("answer");
    if (!pending && same(value, known)) return;
    facts.troubles = [];
    keep("answer", value);
  };
  form.addEventListener("change", (event) => {
    if (isAnswer(event.target)) saveAnswer();
    if (event.target.name === "certainty") keep("certainty", [event.target.value]);
  });
  // A second click on the chosen option takes the answer back; the keyboard has "Clear my answer" for that.
  let chosenBefore = null;
  form.addEventListener("pointerdown", (event) => {
    const row = event.target.closest("[data-option] label");
    chosenBefore = row?.querySelector("input[type=radio]:checked") ?? null;
  });
  form.addEventListener("click", (event) => {
    if (event.target !== chosenBefore) return;
    chosenBefore = null;
    clearAnswer();
    saveAnswer();
  });
  // Every key is kept at once, and sent when typing rests, or goes on for long.
  form.addEventListener("input", (event) => {
    if (!isAnswer(event.target) || event.target.type !== "text") return;
    facts.troubles = [];
    keep("answer", answered(), true);
    clearTimeout(idle);
    typedSince ??= performance.now();
    idle = setTimeout(saveAnswer, Math.min(IDLE_MS, typedSince + LONGEST_TYPING_MS - performance.now()));
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.name === "flag") {
      event.preventDefault();
      const flagged = !isFlagged();
      showFlag(flagged);
      keep("flag", stands("flag"));
    } else if (button.name === "strike") {
      event.preventDefault();
      const row = button.closest("[data-option]");
      showStruck(row, !row.classList.contains("struck"));
      keep("strike", stands("strike"));
    } else if (button.name === "go" && button.value === "clear") {
      event.preventDefault();
      clearAnswer();
      saveAnswer();
    }
  });

  function showFlag(flagged) {
    const button = flagButton();
    button.setAttribute("aria-pressed", String(flagged));
    button.value = flagged ? "0" : "1";
    button.querySelector("[data-label]").textContent = flagged ? "Flagged" : "Flag";
    markCell(position, { flagged });
  }

  function showStruck(row, struck) {
    row.classList.toggle("struck", struck);
    const button = row.querySelector("button[name=strike]");
    const letter = row.querySelector("input").dataset.letter;
    button.setAttribute("aria-label", `${struck ? "Restore" : "Strike out"} ${letter}`);
    button.querySelector(".word").textContent = struck ? "Restore" : "Strike";
    const said = row.querySelector("[data-struck-words]");
    if (said) said.hidden = !struck;
  }

  let leaving = false;
  form.addEventListener("submit", async (event) => {
    if (leaving) return;
    // Whoever is logged out gets to the log-in, and from there back here, where what is kept is sent.
    const shutOut = saver.durable && saver.unsent && saver.entries.every((one) => one.fault === "signed_out");
    saveAnswer();
    guard = guard && saver.unsent && !shutOut;
    if (!saver.unsent) return;
    event.preventDefault();
    if (shutOut) return location.assign(form.action);
    const button = event.submitter;
    if (await saver.settled(WAIT_BEFORE_LEAVING_MS)) {
      if (document.querySelector("[data-conflict]")) return;
      leaving = true;
      guard = false;
      form.requestSubmit(button);
    }
  });
  addEventListener("beforeunload", (event) => {
    if (guard && saver.unsent) event.preventDefault();
  });
  saver.start().then(() => {
    // Newer than what an earlier page left behind, which stands here by now.
    for (const [kind, value] of ahead) {
      restore(kind, value);
      saver.save(kind, value);
    }
  });
  return saver;
}

let clock = null;
const saver = form ? begin() : page && beginKept();
// A page out of the back button's memory may be out of date.
addEventListener("pageshow", (event) => event.persisted && location.reload());

if (clockRoot && page) {
  clock = new Clock({
    root: clockRoot,
    url: page.dataset.clock,
    part: page.dataset.part && Number(page.dataset.part),
    async onEnd() {
      facts.time = "up";
      showState();
      announce("Time is up");
      await saver?.settled(3_000);
      facts.time = "over";
      showState();
      for (let tries = 0; tries < 12; tries += 1) {
        const now = await clock.resync();
        if (now?.same && now.left_ms > 0) {
          facts.time = null;
          showState();
          return clock.goOn();
        }
        if (now && (!now.open || now.left_ms === null || now.left_ms > 0)) break;
        await new Promise((done) => setTimeout(done, 1_000));
      }
      guard = Boolean(saver && !saver.durable);
      location.assign(page.dataset.home);
    },
  });
}
