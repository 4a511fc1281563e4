// What the state line says of saves: one pure function from what a page knows to words.

const CHANGED = ["failed", "Changed in another tab or on another device: reload this page to see it"];
const HANDED_IN = ["saved", "Time is up. What is saved is being handed in."];
const REFUSALS = {
  not_a_number: "write the number in plain digits, such as 1234.56",
  number_too_long: "write the number in plain digits, such as 1234.56",
  note_too_long: "the note is longer than 2,000 characters",
  text_too_long: "this answer is too long",
  attempt_closed: "this test, or this part of it, has ended",
  not_found: "this test, or this part of it, has ended",
  part_not_open: "this part is not open",
  out_of_order: "this question is not open any more",
  answer_revealed: "its explanation was open already",
};

// Of the entries of an outbox; null where it is empty.
export function outboxLine(entries, durable) {
  if (!entries.length) return null;
  const places = new Set(entries.map((one) => `${one.attempt} ${one.position} ${one.kind}`)).size;
  const noun = entries.every((one) => one.kind === "answer") ? "answer" : "change";
  const kept = `${places} ${noun}${places === 1 ? "" : "s"} kept on this ${durable ? "device" : "page only"}`;
  const faults = new Set(entries.map((one) => one.fault));
  if (faults.has("conflict")) {
    const { position } = entries.find((one) => one.fault === "conflict");
    return ["failed", `Not saved: question ${position} was changed in another tab or on another device`];
  }
  if (faults.has("signed_out")) return ["failed", `Not sent: you are logged out. ${kept}; log in, then open this test again`];
  if (faults.has("offline")) return ["offline", `Offline: ${kept}, will send`];
  if (faults.has("busy")) return ["offline", `The server is busy: ${kept}, will send`];
  return ["saving", "Saving"];
}

// Of what is not saved and will not be sent again, each reason once; empty where there is nothing. A trouble says why,
// "late" or the code of a refusal, and of which question; of the one at hand that goes without saying.
export function troubleLine(troubles, here) {
  const reasons = new Map();
  for (const { why, position } of troubles) reasons.set(why, (reasons.get(why) ?? new Set()).add(position));
  return [...reasons].map(([why, positions]) => troubleOf(why, placeOf([...positions], here))).join(". ");
}

function troubleOf(why, place) {
  if (why !== "late") return `Not saved${place}: ${REFUSALS[why] ?? "this answer cannot be read"}`;
  return place ? `Too late${place}: kept on record, not scored` : "Too late: time was up. This change is kept on record, not scored";
}

function placeOf(positions, here) {
  if (positions.every((one) => one === here)) return "";
  const last = positions.sort((one, other) => one - other).pop();
  return positions.length ? `, questions ${positions.join(", ")} and ${last}` : `, question ${last}`;
}

// The state and the words. `drawn` is what stood there when the page came and `saved_at` the last save since, in `zone`
// as every other time on the site; `entries` lie in the outbox; `elsewhere` says that another tab has changed what is
// shown here; `time` is "up", then "over", once none is left; `stopped` says that a hand-in waits for a second word.
export function stateLine({ drawn, saved_at, zone, entries = [], durable = true, elsewhere, troubles = [], here, time, stopped }) {
  const outbox = outboxLine(entries, durable);
  const trouble = troubleLine(troubles, here);
  const unsent = trouble && outbox?.[0] === "saving" ? null : outbox?.[1];
  const unsaved = [trouble, unsent].filter(Boolean).join(". ");
  if (time === "up") return ["saving", "Time is up"];
  if (time === "over") return unsaved ? ["failed", `Time is up. ${unsaved}`] : HANDED_IN;
  if (stopped && unsaved) return ["failed", `Not handed in: ${unsaved}. Press again to hand in without it`];
  if (trouble) return ["failed", unsaved];
  if (outbox) return outbox;
  if (elsewhere) return CHANGED;
  return saved_at ? ["saved", `Saved ${new Date(saved_at).toLocaleTimeString("en-GB", { timeZone: zone })}`] : drawn;
}
