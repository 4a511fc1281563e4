// The note of a question: typed text is kept at once, and sent when typing rests.

const REST_MS = 2_000;

export function notepad(form, keep) {
  const field = form.querySelector("textarea[name=note]");
  const fold = field.closest("details");
  const value = () => (field.value.trim() ? [field.value] : []);
  let resting = null;
  field.addEventListener("input", () => {
    keep("note", value(), true);
    clearTimeout(resting);
    resting = setTimeout(() => keep("note", value()), REST_MS);
  });
  field.addEventListener("change", () => {
    clearTimeout(resting);
    keep("note", value());
  });
  fold.querySelector("summary").addEventListener("click", () => {
    if (!fold.open) setTimeout(() => field.focus());
  });
  return {
    kind: "note",
    words: ([text]) => (text ? `the note “${text}”` : "no note"),
    restore([text = ""]) {
      field.value = text;
      fold.open = Boolean(text);
    },
  };
}
