// What a person prefers of the pages: works at once, and is kept with the account.

const page = document.documentElement;

async function keep(form, name, value) {
  page.setAttribute(`data-${name.replace("_", "-")}`, value);
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, [name]: value });
  const kept = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  const told = form.querySelector("[data-told]");
  told.textContent = kept?.type === "opaqueredirect" ? "Kept" : "Holds for this page, and could not be kept";
}

for (const form of document.querySelectorAll("[data-module=preferences]")) {
  form.querySelector("button").hidden = true;
  form.addEventListener("change", ({ target }) => keep(form, target.name, target.value));
}
