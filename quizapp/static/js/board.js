// The board: its numbers read again every 10 seconds, in place; who comes and goes is said, and moves no row.

const EVERY_MS = 10_000;

const page = document.querySelector("[data-module=board]");

function put(root, name, text) {
  const cell = root.querySelector(`[data-cell=${name}]`);
  if (cell && cell.textContent !== text) cell.textContent = text;
}

function show(answer) {
  page.querySelector("[data-board-at]").textContent = answer.at;
  const known = new Set();
  let gone = 0;
  for (const row of page.querySelectorAll("[data-seat]")) {
    known.add(row.dataset.seat);
    const words = answer.seats[row.dataset.seat];
    if (!words) {
      gone += 1;
      put(row, "left", "ended");
      continue;
    }
    for (const name of ["left", "extra", "answered", "saved"]) put(row, name, words[name]);
    if (words.part) put(row, "part", words.part);
  }
  const came = Object.keys(answer.seats).filter((one) => !known.has(one)).length;
  const said = [];
  if (came) said.push(`${came} more ${came === 1 ? "has" : "have"} begun`);
  if (gone) said.push(`${gone} ${gone === 1 ? "has" : "have"} ended`);
  const told = page.querySelector("[data-board-changed]");
  const text = said.length ? `Since this page was drawn: ${said.join(", ")}. Refresh to see who.` : "";
  if (told.textContent !== text) told.textContent = text;
}

async function read() {
  if (document.visibilityState !== "visible") return;
  try {
    const reply = await fetch(page.dataset.url, { headers: { Accept: "application/json" }, redirect: "error" });
    if (reply.ok) show(await reply.json());
  } catch {
    // The time on the page says how old its numbers are; the next round tries again.
  }
}

if (page) {
  page.querySelector("[data-board-live]").hidden = false;
  setInterval(read, EVERY_MS);
  document.addEventListener("visibilitychange", read);
}
