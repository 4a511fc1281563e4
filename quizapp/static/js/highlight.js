// Highlights: stretches of a question's texts, kept as "stem:12-40", which counts the characters as shown.
// Wherever a page names them in data-highlights they are drawn; on the test screen they are made and taken off too.

const MOST = 50;

// The highlights of a list as ranges by fragment: "stem" → [[12, 40]].
function read(list) {
  const ranges = new Map();
  for (const one of list) {
    const [, name, start, end] = one.match(/^(.+):(\d+)-(\d+)$/);
    ranges.set(name, [...(ranges.get(name) ?? []), [Number(start), Number(end)]]);
  }
  return ranges;
}

function write(ranges) {
  return [...ranges].flatMap(([name, some]) => some.map(([start, end]) => `${name}:${start}-${end}`));
}

function joined(ranges, [start, end]) {
  const apart = ranges.filter(([from, to]) => to < start || from > end);
  const met = ranges.filter(([from, to]) => to >= start && from <= end).flat();
  return [...apart, [Math.min(start, ...met), Math.max(end, ...met)]].sort(([one], [other]) => one - other);
}

function without(ranges, [start, end]) {
  const left = ranges.flatMap(([from, to]) => (to <= start || from >= end ? [[from, to]] : [[from, start], [end, to]]));
  return left.filter(([from, to]) => from < to);
}

function covers(ranges, [start, end]) {
  return ranges.some(([from, to]) => from <= start && to >= end);
}

// The texts of a fragment with where they start; a formula is drawn whole or not at all.
function* pieces(node, start = 0) {
  let at = start;
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE || child.localName === "math") yield [child, at];
    else yield* pieces(child, at);
    at += child.textContent.length;
  }
}

function draw(fragment, ranges) {
  for (const mark of fragment.querySelectorAll("mark.highlight")) mark.replaceWith(...mark.childNodes);
  fragment.normalize();
  for (const [start, end] of ranges) {
    for (const [piece, at] of [...pieces(fragment)]) {
      const from = Math.max(start - at, 0);
      const to = Math.min(end - at, piece.textContent.length);
      if (from >= to) continue;
      const part = piece.nodeType === Node.TEXT_NODE ? cut(piece, from, to) : piece;
      if (/^\s*\n\s*$/.test(part.textContent)) continue; // between blocks, where no mark may stand
      const mark = document.createElement("mark");
      mark.className = "highlight";
      mark.dataset.range = `${start}-${end}`;
      part.replaceWith(mark);
      mark.append(part);
    }
  }
}

function cut(text, from, to) {
  if (to < text.length) text.splitText(to);
  return from ? text.splitText(from) : text;
}

function drawAll(root, ranges) {
  for (const one of root.querySelectorAll("[data-fragment]")) draw(one, ranges.get(one.dataset.fragment) ?? []);
}

// What of a fragment is selected, blanks at its ends left out; null where nothing is.
function selectedIn(fragment, selection) {
  const whole = document.createRange();
  whole.selectNodeContents(fragment);
  if (!selection.intersectsNode(fragment)) return null;
  const inside = selection.cloneRange();
  if (inside.compareBoundaryPoints(Range.START_TO_START, whole) < 0) inside.setStart(fragment, 0);
  if (inside.compareBoundaryPoints(Range.END_TO_END, whole) > 0) inside.setEnd(fragment, fragment.childNodes.length);
  whole.setEnd(inside.startContainer, inside.startOffset);
  const words = inside.toString();
  if (!words.trim()) return null;
  const start = whole.toString().length + words.length - words.trimStart().length;
  return [start, start + words.trim().length];
}

function selection() {
  const all = getSelection();
  return all.rangeCount && !all.isCollapsed ? all.getRangeAt(0) : null;
}

export function highlight(form, keep) {
  const root = form.closest("[data-highlights]");
  const button = form.querySelector("[data-tool=highlight]");
  const told = form.querySelector("[data-highlight-told]");
  let ranges = drawn(root);
  let selected = null;
  const change = (changed) => {
    const list = write(changed);
    if (list.length > MOST) return "There can be 50 highlights in a question";
    ranges = changed;
    drawAll(root, ranges);
    keep("highlight", list);
    return "";
  };
  button.hidden = false;
  // A finger on the button takes the selection away before the click comes.
  button.addEventListener("pointerdown", () => (selected = selection()));
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const asked = selection() ?? selected;
    selected = null;
    const found = asked ? [...root.querySelectorAll("[data-fragment]")].map((one) => [one.dataset.fragment, selectedIn(one, asked)]) : [];
    const some = found.filter(([, range]) => range);
    if (!some.length) return (told.textContent = "Select words of the question first");
    const off = some.every(([name, range]) => covers(ranges.get(name) ?? [], range));
    const changed = new Map(ranges);
    for (const [name, range] of some) changed.set(name, (off ? without : joined)(ranges.get(name) ?? [], range));
    getSelection().removeAllRanges();
    told.textContent = change(changed) || (off ? "Highlight taken off" : "Highlighted");
  });
  root.addEventListener("click", (event) => {
    const mark = event.target.closest?.("mark.highlight");
    if (!mark || selection()) return;
    event.preventDefault(); // the option that the words stand in is not meant
    const name = mark.closest("[data-fragment]").dataset.fragment;
    const range = mark.dataset.range.split("-").map(Number);
    change(new Map(ranges).set(name, without(ranges.get(name), range)));
    told.textContent = "Highlight taken off";
  });
  return {
    kind: "highlight",
    value: () => write(ranges),
    words: (list) => `${list.length} highlighted`,
    restore(list) {
      ranges = read(list);
      drawAll(root, ranges);
    },
  };
}

function drawn(root) {
  const ranges = read(root.dataset.highlights.split(" ").filter(Boolean));
  drawAll(root, ranges);
  return ranges;
}

for (const root of document.querySelectorAll("[data-highlights]")) drawn(root);
