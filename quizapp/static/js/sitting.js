// The test screen: plain forms that work without this script, saved change by change with it.

import { Clock } from "./clock.js";
import { Saver } from "./saving.js";

const IDLE_MS = 1_000;
const WAIT_BEFORE_LEAVING_MS = 4_000;

const form = document.querySelector("[data-module=sitting]");
const page = form ?? document.querySelector("[data-module=clock-page]");
const clockRoot = document.querySelector("[data-module=clock]");
const announcer = document.querySelector("[data-module=announcer]");
const saveState = document.querySelector("[data-module=save-state]");

function tell(state, text) {
  if (!saveState) return;
  saveState.dataset.state = state;
  const words = saveState.querySelector("[data-save-text]");
  if (words.textContent !== text) words.textContent = text;
}

// In the zone of every other time on the site, whatever zone this device is in.
function timeOfDay(instant) {
  return new Date(instant).toLocaleTimeString("en-GB", { timeZone: saveState?.dataset.zone });
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

function markCell(change) {
  const cell = document.querySelector(`.cell[data-number="${form.dataset.position}"]`);
  if (!cell) return;
  const before = { answered: cell.classList.contains("answered"), flagged: isFlagged() };
  const after = { ...before, ...change };
  cell.classList.toggle("answered", after.answered);
  cell.classList.toggle("unanswered", !after.answered);
  const icon = cell.querySelector(".icon-flag");
  if (after.flagged && !icon) cell.append(flagButton().querySelector(".icon-flag").cloneNode(true));
  if (!after.flagged) icon?.remove();
  const said = cell.querySelector("[data-cell-words]");
  if (said) said.textContent = `, ${after.answered ? "answered" : "unanswered"}${after.flagged ? ", flagged" : ""}`;
  if (before.answered !== after.answered) {
    count("answered", after.answered ? 1 : -1);
    count("unanswered", after.answered ? -1 : 1);
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

function begin() {
  let guard = true;
  const leave = () => {
    guard = false;
    location.assign(form.dataset.home);
  };
  const saver = new Saver({
    url: form.dataset.save,
    token: form.querySelector("[name=csrf_token]").value,
    position: Number(form.dataset.position),
    based: Object.fromEntries(
      ["answer", "flag", "strike"].map((kind) => [kind, Number(hiddenInputs(`based_on_${kind}`)[0].value)]),
    ),
    on: {
      told: tell,
      acknowledged(kind, reply) {
        if (reply.late) return tell("failed", "Too late: time was up. This change is kept on record, not scored.");
        hiddenInputs(`based_on_${kind}`)[0].value = reply.version;
        if (kind === "answer") {
          keepHidden("shown", reply.value);
          markCell({ answered: reply.value.length > 0 });
        }
        if (kind === "strike") keepHidden("struck", reply.value);
        if (!saver.unsent) tell("saved", `Saved ${timeOfDay(reply.saved_at)}`);
      },
      conflict: (kind, reply) => offerBoth(kind, reply),
      refused: (code) =>
        tell("failed", code === "not_a_number" || code === "number_too_long"
          ? "Not saved: write the number in plain digits, such as 1234.56"
          : code === "text_too_long" ? "Not saved: this answer is too long" : "Not saved: this answer cannot be read"),
      gone: leave,
    },
  });

  function offerBoth(kind, reply) {
    tell("failed", "Not saved: changed in another tab or on another device");
    document.querySelector("[data-conflict]")?.remove();
    const box = document.createElement("div");
    box.className = "notice warning";
    box.dataset.conflict = kind;
    box.setAttribute("role", "alert");
    const say = document.createElement("p");
    say.textContent =
      kind === "answer"
        ? `Changed in another tab or on another device. Saved there: ${words(reply.current)}. Yours here: ${words(reply.yours)}.`
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
      saver.rebase(kind, reply.version);
      saver.save(kind, reply.yours);
      box.remove();
    });
    theirs.addEventListener("click", () => {
      guard = false;
      location.reload();
    });
    const actions = document.createElement("p");
    actions.className = "actions";
    actions.append(mine, theirs);
    box.append(say, actions);
    form.querySelector(".question-head").after(box);
  }

  let idle = null;
  const saveAnswer = () => {
    clearTimeout(idle);
    const value = answered();
    const shown = hiddenInputs("shown").map((one) => one.value);
    if (!saver.unsent && value.length === shown.length && value.every((one) => shown.includes(one))) return;
    saver.save("answer", value);
  };
  form.addEventListener("change", (event) => {
    if (isAnswer(event.target)) saveAnswer();
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
  form.addEventListener("input", (event) => {
    if (!isAnswer(event.target) || event.target.type !== "text") return;
    tell("saving", "Not saved yet");
    clearTimeout(idle);
    idle = setTimeout(saveAnswer, IDLE_MS);
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.name === "flag") {
      event.preventDefault();
      const flagged = !isFlagged();
      button.setAttribute("aria-pressed", String(flagged));
      button.value = flagged ? "0" : "1";
      button.querySelector("[data-label]").textContent = flagged ? "Flagged" : "Flag";
      count("flagged", flagged ? 1 : -1);
      markCell({ flagged });
      saver.save("flag", flagged ? ["1"] : []);
    } else if (button.name === "strike") {
      event.preventDefault();
      strike(button);
    } else if (button.name === "go" && button.value === "clear") {
      event.preventDefault();
      clearAnswer();
      saveAnswer();
    }
  });

  function strike(button) {
    const row = button.closest("[data-option]");
    const struck = row.classList.toggle("struck");
    const letter = row.querySelector("input").dataset.letter;
    button.setAttribute("aria-label", `${struck ? "Restore" : "Strike out"} ${letter}`);
    button.querySelector(".word").textContent = struck ? "Restore" : "Strike";
    const said = row.querySelector("[data-struck-words]");
    if (said) said.hidden = !struck;
    saver.save("strike", [...form.querySelectorAll(".option.struck")].map((one) => one.dataset.option));
  }

  let leaving = false;
  form.addEventListener("submit", async (event) => {
    if (leaving) return;
    saveAnswer();
    if (!saver.unsent) {
      guard = false;
      return;
    }
    event.preventDefault();
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
  return saver;
}

const saver = form ? begin() : null;

if (clockRoot && page) {
  const clock = new Clock({
    root: clockRoot,
    announcer,
    url: page.dataset.clock,
    async onEnd() {
      tell("saved", "Time is up. What is saved is being handed in.");
      if (saver) await saver.settled(3_000);
      await new Promise((done) => setTimeout(done, 500));
      for (let tries = 0; tries < 12; tries += 1) {
        const now = await clock.resync();
        if (now && (!now.open || now.left_ms === null || now.left_ms > 0)) break;
        await new Promise((done) => setTimeout(done, 1_000));
      }
      location.assign(page.dataset.home);
    },
  });
}
