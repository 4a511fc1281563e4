"""What a page must show and let people do beyond what axe judges: one check each for A07 to A10.

Each check takes a page as it stands and gives its faults; it leaves the screen of the last size behind it.
"""

from playwright.sync_api import Page

Size = tuple[int, int]
ZOOMED: tuple[Size, ...] = ((360, 740), (640, 512), (320, 256))
"""A phone, and a screen of 1280 by 1024 at 200 and at 400 %."""
NARROW: Size = (320, 640)

_SEEN = """const places = new Set(["sticky", "fixed"]);
const barsOf = () => [...document.querySelectorAll("body *")]
  .filter((one) => places.has(getComputedStyle(one).position) && seen(one));
const seen = (one) => one.checkVisibility({visibilityProperty: true})
  && !one.closest(".visually-hidden, .skip");
const named = (one) => `${one.tagName.toLowerCase()}.${one.className.baseVal ?? one.className} `
  + `"${(one.innerText || one.name || one.href || "").trim().slice(0, 40)}"`;"""

_HAS_BARS = """() => {""" + _SEEN + "return barsOf().length; }"

_OBSCURED = (
    """() => {"""
    + _SEEN
    + """
  const bars = barsOf();
  const found = [];
  for (const one of document.querySelectorAll("a, button, input, select, textarea, summary")) {
    if (!seen(one)) continue;
    one.focus();
    if (document.activeElement !== one) continue;
    const {left, right, top, bottom} = one.getBoundingClientRect();
    const [x, low] = [Math.max(left, 0) + 1, Math.min(bottom, innerHeight) - 1];
    for (const y of [Math.max(top, 0) + 1, low]) {
      const over = document.elementFromPoint(x, y);
      if (bars.some((bar) => bar.contains(over) && !bar.contains(one))) { found.push(named(one)); break; }
    }
    if (low < 0 || top >= innerHeight) found.push(`${named(one)} is not on the screen`);
  }
  return found;
}"""
)

_SMALL = (
    """() => {"""
    + _SEEN
    + """
  const inText = (one) => one.tagName === "A" && getComputedStyle(one).display === "inline";
  const boxes = (one) => [one, ...(one.labels ?? [])].map((it) => it.getBoundingClientRect());
  const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const small = [...document.querySelectorAll(targets)]
    .filter((one) => seen(one) && !inText(one))
    .filter((one) => !boxes(one).some((box) => box.width >= 23.5 && box.height >= 23.5))
    .map((one) => `${named(one)} is smaller than 24 px`);
  const dragged = [...document.querySelectorAll("[draggable=true], [data-drag], [ondragstart]")]
    .map((one) => `${named(one)} is dragged`);
  return [...small, ...dragged];
}"""
)

_HARD_TO_FILL = (
    """() => {"""
    + _SEEN
    + """
  const found = [];
  const fields = "input:not([type=hidden], [type=radio], [type=checkbox]), textarea";
  for (const one of document.querySelectorAll(fields)) {
    if (!seen(one)) continue;
    const paste = new ClipboardEvent("paste", {bubbles: true, cancelable: true});
    if (!one.dispatchEvent(paste)) found.push(`${named(one)} refuses what is pasted`);
    if (one.autocomplete === "off" && !one.form?.querySelector("[type=password]")) continue; // another's
    const wanted = {password: ["current-password", "new-password"], email: ["username", "email"]}[one.type];
    if (wanted && !wanted.includes(one.autocomplete)) found.push(`${named(one)} has no autocomplete`);
    if (one.type === "email" && !one.value && document.querySelector("main .summary"))
      found.push(`${named(one)} must be typed again`);
  }
  for (const one of document.querySelectorAll("iframe, canvas, audio, [name*=captcha i], [class*=captcha i]"))
    found.push(`${named(one)} may be a puzzle`);
  const emails = [...document.querySelectorAll("form")]
    .filter((form) => form.querySelectorAll("input[type=email]").length > 1);
  return [...found, ...emails.map((form) => `${named(form)} asks for an address twice`)];
}"""
)

_BY_COLOUR_ALONE = (
    """() => {"""
    + _SEEN
    + """
  const words = {right: /right/i, wrong: /wrong/i, "is-key": /right/i, "is-wrong": /wrong/i,
    passed: /passed/i, failed: /not passed/i, flagged: /flag/i};
  const shapes = (one) => [...one.querySelectorAll("svg")].some(seen);
  const said = (one) => [one, ...one.querySelectorAll(":scope > .tags")].at(-1);
  const says = (one, word) => seen(said(one)) && word.test(said(one).innerText);
  return Object.entries(words).flatMap(([state, word]) => [...document.querySelectorAll(`main .${state}`)]
    .filter((one) => !(one instanceof SVGElement) && seen(one) && !shapes(one) && !says(one, word))
    .map((one) => `${named(one)} says ${state} by colour alone`));
}"""
)

_MOVING = (
    """() => {"""
    + _SEEN
    + """
  const moves = (style) => style.animationName !== "none" || style.scrollBehavior === "smooth"
    || style.transitionDuration.split(", ").some((one) => parseFloat(one) > 0);
  return [...document.querySelectorAll("*")].filter((one) => moves(getComputedStyle(one)))
    .map((one) => `${named(one)} moves`);
}"""
)

_SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important; } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets.push(sheet);
}"""
_AS_IT_WAS = "() => { document.adoptedStyleSheets.pop(); }"
_CLIPPED = (
    """() => {"""
    + _SEEN
    + """
  const cut = new Set(["hidden", "clip"]);
  const found = [];
  for (const one of document.querySelectorAll("body *")) {
    if (!one.clientWidth || one instanceof SVGElement || !one.innerText?.trim() || !seen(one)) continue;
    const style = getComputedStyle(one);
    if (style.clipPath !== "none") continue;
    const [wide, tall] = [one.scrollWidth > one.clientWidth + 1, one.scrollHeight > one.clientHeight + 1];
    if ((wide && cut.has(style.overflowX)) || (tall && cut.has(style.overflowY)))
      found.push(`${named(one)} is cut off`);
    const own = [...one.childNodes].some((it) => it.nodeType === 3 && it.data.trim());
    if (own && tall && style.overflowY === "visible" && style.display !== "inline")
      found.push(`${named(one)} does not fit its box`);
  }
  if (document.scrollingElement.scrollWidth > innerWidth)
    found.push(`${document.scrollingElement.scrollWidth} px wide, so it scrolls sideways`);
  return found;
}"""
)

_FAINT = (
    """() => {"""
    + _SEEN
    + """
  const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = (colour) => {
    paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => rgb(colour).slice(0, 3).map((one) => one / 255)
    .map((one) => one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4)
    .reduce((sum, one, place) => sum + one * [.2126, .7152, .0722][place], 0);
  const contrast = (a, b) => (Math.max(light(a), light(b)) + .05) / (Math.min(light(a), light(b)) + .05);
  const behind = (one) => {
    for (let it = one.parentElement; it; it = it.parentElement) {
      const {backgroundColor} = getComputedStyle(it);
      if (rgb(backgroundColor)[3] === 255) return backgroundColor;
    }
    return "white";
  };
  const drawn = (one) => {
    const [style, ground] = [getComputedStyle(one), behind(one)];
    const edge = parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none"
      && contrast(style.borderTopColor, ground) >= 3;
    return edge || (rgb(style.backgroundColor)[3] === 255 && contrast(style.backgroundColor, ground) >= 3);
  };
  const own = "input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea, "
    + ".button, .letter, .cell";
  return [...document.querySelectorAll(own)].filter((one) => seen(one) && !one.disabled && !drawn(one))
    .map((one) => `${named(one)} has no edge to be seen`);
}"""
)

_SAME_IN_FORCED_COLOURS = (
    """() => {"""
    + _SEEN
    + """
  const look = (one) => ["backgroundColor", "borderTopStyle", "borderTopWidth"]
    .map((name) => getComputedStyle(one)[name]).join();
  const pairs = [[".option input:checked ~ .letter", ".option input:not(:checked) ~ .letter"],
    [".cell.answered", ".cell.unanswered"], [".swatch.answered", ".swatch:not(.answered)"]];
  const alike = pairs.map((pair) => pair.map((one) => document.querySelector(one)))
    .filter(([a, b]) => a && b && seen(a) && seen(b) && look(a) === look(b))
    .map(([a]) => `${named(a)} looks like its opposite`);
  const edged = ".button, select, textarea, input[type=text], input[type=email]";
  const edgeless = [...document.querySelectorAll(edged)]
    .filter((one) => seen(one) && parseFloat(getComputedStyle(one).borderTopWidth) === 0)
    .map((one) => `${named(one)} has no edge in forced colours`);
  return [...alike, ...edgeless];
}"""
)


def _at(page: Page, size: Size, script: str) -> list[str]:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return [f"{size[0]} by {size[1]} px: {one}" for one in page.evaluate(script)]


def obscured(page: Page) -> list[str]:
    """A07: what has the focus and lies, in part, under a bar that stays in place."""
    if not page.evaluate(_HAS_BARS):
        return []
    return [one for size in ZOOMED for one in _at(page, size, _OBSCURED)]


def small_or_dragged(page: Page) -> list[str]:
    """A08: targets of less than 24 by 24 px, links within text left out, and what must be dragged."""
    return _at(page, NARROW, _SMALL)


def hard_to_fill(page: Page) -> list[str]:
    """A09: fields that refuse a paste or that no browser fills, puzzles, an address asked for twice."""
    return list(page.evaluate(_HARD_TO_FILL))


def hard_to_see(page: Page) -> list[str]:
    """A10: states by colour alone, faint edges, lost differences in forced colours, motion, clipped text."""
    found = page.evaluate(_BY_COLOUR_ALONE) + page.evaluate(_MOVING) + page.evaluate(_FAINT)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in page.evaluate(_FAINT)]
    page.emulate_media(color_scheme="light", forced_colors="active")
    found += page.evaluate(_SAME_IN_FORCED_COLOURS)
    page.emulate_media(forced_colors="none")
    page.evaluate(_SPACED)
    found += _at(page, NARROW, _CLIPPED)
    page.evaluate(_AS_IT_WAS)
    return list(found)
