// The note of a question: typed text is kept at once, and sent soon, whether typing rests or goes on.

const SOON_MS = 1_500;

export function notepad(form, keep) {
  const field = form.querySelector("textarea[name=note]");
  const fold = field.closest("details");
  const value = () => (field.value.trim() ? [field.value] : []);
  let due = null;
  const send = () => {
    if (due !== null) keep("note", value());
    clearTimeout(due);
    due = null;
  };
  field.addEventListener("input", () => {
    keep("note", value(), true);
    due ??= setTimeout(send, SOON_MS);
  });
  field.addEventListener("change", send);
  // A browser brings the cursor into view, not the field: its end may lie under the bar at the foot.
  field.addEventListener("focus", () => field.scrollIntoView({ block: "nearest" }));
  fold.querySelector("summary").addEventListener("click", () => {
    if (!fold.open) setTimeout(() => field.focus());
  });
  return {
    kind: "note",
    value,
    words: ([text]) => (text ? `the note “${text}”` : "no note"),
    restore([text = ""]) {
      field.value = text;
      fold.open = Boolean(text);
    },
  };
}
