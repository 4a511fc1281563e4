// Saves how sure the candidate is, as it is said. What does not get through goes along with the form's next button.

const TIMEOUT_MS = 10_000;

const form = document.querySelector("[data-module=sitting]");
const strip = form?.querySelector("[data-module=certainty]");

function hidden(name) {
  return form.querySelector(`input[type=hidden][name="${name}"]`);
}

function keepShown(said) {
  hidden("certainty_shown")?.remove();
  if (said === undefined) return;
  const one = document.createElement("input");
  one.type = "hidden";
  one.name = "certainty_shown";
  one.value = said;
  form.append(one);
}

function tell(state, text) {
  const line = document.querySelector("[data-module=save-state]");
  // A failed or unfinished save of the answer is not to be covered up by this one.
  if (!line || ["saving", "failed", "offline"].includes(line.dataset.state)) return;
  line.dataset.state = state;
  line.querySelector("[data-save-text]").textContent = text;
}

function begin() {
  const client = crypto.randomUUID();
  let seq = 0;
  let busy = false;

  const said = () => strip.querySelector("input:checked")?.value;

  async function save() {
    if (busy || said() === hidden("certainty_shown")?.value) return;
    busy = true;
    const wanted = said();
    try {
      const reply = await fetch(form.dataset.save, {
        method: "POST",
        credentials: "same-origin",
        keepalive: true,
        redirect: "error",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-CSRFToken": form.querySelector("[name=csrf_token]").value,
        },
        body: JSON.stringify({
          position: Number(form.dataset.position),
          kind: "certainty",
          client,
          seq: ++seq,
          based_on: Number(hidden("based_on_certainty").value),
          value: wanted === undefined ? [] : [wanted],
        }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!reply.ok) return;
      const saved = await reply.json();
      if (saved.late) return;
      hidden("based_on_certainty").value = saved.version;
      keepShown(saved.value[0]);
      const zone = document.querySelector("[data-module=save-state]")?.dataset.zone;
      tell("saved", `Saved ${new Date(saved.saved_at).toLocaleTimeString("en-GB", { timeZone: zone })}`);
    } catch {
      // Not through: the choice stands in the form, which sends it.
      return;
    } finally {
      busy = false;
    }
    save();
  }

  strip.addEventListener("change", save);
  addEventListener("online", save);
}

if (strip) begin();
