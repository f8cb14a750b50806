// <phone-view> makes the telephone quick: what is typed stands there at once, and its answer
// comes by itself. Without it every text is a form that is sent, which works as well.
//
// The bubble of a text on its way is the template of the page with the text in it. The answer to
// the form is the page as it is then; the bubbles that are new on it are taken over.
customElements.define("phone-view", class extends HTMLElement {
  connectedCallback() {
    this.talk = this.querySelector("#talk");
    this.onLive = () => this.settle();
    this.addEventListener("live", this.onLive);
    for (const form of this.querySelectorAll(".composer, .shortcuts")) {
      form.addEventListener("submit", (event) => this.send(event));
    }
    const area = this.querySelector("#body");
    area?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      area.form.requestSubmit();
    });
    area?.addEventListener("input", () => area.toggleAttribute("data-tall", area.value.includes("\n") || area.value.length > 60));
    if (area && matchMedia("(hover: hover)").matches) area.focus({ preventScroll: true });
    this.scroll();
    // Pictures are as high as they are only once they are there.
    this.talk?.addEventListener("load", () => this.scroll(), true);
  }

  disconnectedCallback() {
    this.removeEventListener("live", this.onLive);
  }

  get bubbles() {
    return this.querySelector(".bubbles");
  }

  scroll() {
    if (this.talk) this.talk.scrollTop = this.talk.scrollHeight;
  }

  // settle does what is left to do once rows have come: the open thread is marked, what said
  // that there was none goes, as does the bubble on its way of a text that has come, and bubbles
  // stand in the order of their names, which is that of time.
  settle() {
    for (const link of this.querySelectorAll(".threads a")) {
      link.toggleAttribute("aria-current", link.pathname === location.pathname);
      if (link.hasAttribute("aria-current")) link.setAttribute("aria-current", "true");
    }
    if (this.querySelector(".threads [data-into]")) this.querySelector(".nothing")?.remove();
    if (this.bubbles.childElementCount) this.querySelector(".first")?.remove();
    for (const pending of this.querySelectorAll(".pending")) {
      if (this.own().some((one) => !pending.before.has(one.id) && said(one) === said(pending))) pending.remove();
    }
    const name = ({ id }) => id.slice(2) || "~";
    const sorted = [...this.bubbles.children].sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
    if (sorted.some((one, i) => one !== this.bubbles.children[i])) this.bubbles.append(...sorted);
    this.scroll();
  }

  async send(event) {
    event.preventDefault();
    const form = event.target;
    const body = new FormData(form, event.submitter);
    const text = body.get("body").trim();
    const files = body.getAll("picture").some(({ size }) => size > 0) || body.get("url");
    if (!text && !files) return;
    const pending = this.pend(text);
    if (form.id === "composer") this.clear(form);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok) this.take(page, pending);
      else this.fail(pending, page, form, text);
    } catch {
      this.fail(pending, null, form, text);
    }
  }

  pend(text) {
    const pending = this.querySelector("#pending-bubble").content.firstElementChild.cloneNode(true);
    pending.querySelector(".body").textContent = text || "…";
    pending.before = new Set(this.own().map(({ id }) => id));
    this.querySelector(".first")?.remove();
    this.bubbles.append(pending);
    this.scroll();
    return pending;
  }

  // own returns the bubbles of this phone that are no longer on their way.
  own() {
    return [...this.bubbles.querySelectorAll(".own[id]")];
  }

  clear(form) {
    form.reset();
    form.elements.body.value = "";
    form.elements.url.value = "";
    form.elements.body.removeAttribute("data-tall");
    form.querySelector(".attach").open = false;
    form.querySelector("#composer-problem").replaceChildren();
    form.elements.body.focus();
  }

  // take takes over the bubbles and threads that have come meanwhile.
  take(page, pending) {
    for (const fresh of page.querySelectorAll(".bubbles > li, .threads li[data-into]")) {
      const stale = document.getElementById(fresh.id);
      const list = document.getElementById(fresh.dataset.into);
      if (stale && fresh.closest(".threads")) stale.replaceWith(fresh);
      else if (!stale && list) list[list.hasAttribute("data-append") ? "append" : "prepend"](fresh);
    }
    pending.remove();
    this.settle();
  }

  fail(pending, page, form, text) {
    const problem = page?.getElementById("composer-problem");
    const place = this.querySelector("#composer-problem");
    if (problem?.childElementCount) place.replaceChildren(...problem.childNodes);
    pending.classList.replace("pending", "failed");
    pending.querySelector(".meta").textContent = this.querySelector("#composer").dataset.failed;
    const area = this.querySelector("#body");
    if (form.id === "composer" && !area.value) area.value = text;
  }
});

// said returns the text of a bubble.
function said(bubble) {
  return bubble.querySelector(".body")?.textContent.trim();
}
