// The calculator's button: most questions need no calculator, so that is loaded when the button is first pressed.

import { announce } from "./clock.js";
import { recalled } from "./tab.js";

const NOT_LOADED = "The calculator could not be loaded: press again once this device is online";

export function calculator(form) {
  const toggle = form.querySelector("[data-tool=calculator]");
  let tries = 0;

  async function load() {
    const from = document.activeElement;
    try {
      // A browser may remember that an address gave nothing.
      const loaded = await import(tries ? `./calculator.js?${tries}` : "./calculator.js");
      loaded.calculator(form, from);
    } catch {
      tries += 1;
      announce(NOT_LOADED);
      toggle.addEventListener("click", load, { once: true });
    }
  }

  toggle.hidden = false;
  if (recalled(`quizapp-calculator ${form.dataset.home}`)?.open) load();
  else toggle.addEventListener("click", load, { once: true });
}
