// What a tab remembers from page to page; where it may not, nothing.

const PARTING = "quizapp-parting";

export function recalled(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(name, value) {
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // then the next page begins anew
  }
}

// What a page could not save when it was left, for the next one to say, once.
export function leaveWords(troubles) {
  remember(PARTING, troubles);
}

export function partingWords() {
  const troubles = recalled(PARTING) ?? [];
  if (troubles.length) remember(PARTING, []);
  return troubles;
}
