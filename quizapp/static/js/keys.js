// The keys of a page: its table of them says which control each one presses.

const panel = document.querySelector("[data-module=keys]");
const FIELDS = "input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]";
const CALCULATOR = "[data-module=calculator]";

// As the table names it: "j", "shift+a", "alt+n"; null for what belongs to the browser.
function nameOf(event) {
  if (event.ctrlKey || event.metaKey || event.isComposing) return null;
  if (event.altKey) return event.code.startsWith("Key") ? `alt+${event.code.slice(3).toLowerCase()}` : null;
  const key = event.key.toLowerCase();
  return event.shiftKey && /^[a-z]$/.test(key) ? `shift+${key}` : key;
}

// On a page of many questions, the one that is being read.
function questionInHand() {
  const all = [...document.querySelectorAll("article[id]")];
  const seen = (one) => one.getBoundingClientRect().bottom > innerHeight / 3;
  return document.activeElement.closest("article[id]") ?? all.find(seen);
}

function controlOf(name) {
  for (const one of panel.querySelectorAll("[data-keys]")) {
    const place = one.dataset.keys.split(" ").indexOf(name);
    if (place < 0) continue;
    const here = questionInHand();
    const may = [...document.querySelectorAll(one.dataset.presses)].filter((it) => here === (it.closest("article[id]") ?? here));
    return may[place];
  }
  return null;
}

function press(event) {
  if (event.defaultPrevented || event.repeat || event.target.closest(FIELDS)) return;
  const name = nameOf(event);
  const quiet = document.documentElement.dataset.singleKeys === "off" || event.target.closest(CALCULATOR);
  if (!name || (quiet && !event.altKey)) return;
  const control = controlOf(name);
  if (!control || control.disabled || control.closest("[hidden]")) return;
  event.preventDefault();
  if (control.matches("input, textarea, summary")) control.focus();
  control.click();
}

if (panel) {
  panel.hidden = false;
  addEventListener("keydown", press);
}
