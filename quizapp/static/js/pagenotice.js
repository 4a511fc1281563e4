// A notice above what a page shows, read out when it comes: one, whose words may change.

let line = null;

export function pageNotice(words, link) {
  if (!line) {
    line = document.createElement("div");
    line.className = "page-notice";
    line.setAttribute("role", "status");
    document.querySelector("main").prepend(line);
  }
  const box = document.createElement("div");
  box.className = "notice warning";
  const text = document.createElement("p");
  text.textContent = words;
  box.append(text);
  if (link) {
    const way = document.createElement("p");
    const to = document.createElement("a");
    to.href = link;
    to.textContent = "Open it and choose";
    way.append(to);
    box.append(way);
  }
  line.replaceChildren(box);
}
