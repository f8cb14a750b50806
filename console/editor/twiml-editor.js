// <twiml-editor data-check="…"><textarea>…<div class="verdict"> has the verdict on what is
// typed come and stand below it. An answer that is overtaken by more typing is dropped.
customElements.define("twiml-editor", class extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector("textarea");
    this.verdict = this.querySelector(".verdict");
    this.onInput = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.check(), 100);
    };
    this.area.addEventListener("input", this.onInput);
    this.closest("form")?.querySelector("[data-needless]")?.toggleAttribute("hidden", true);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.area.removeEventListener("input", this.onInput);
  }

  async check() {
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const answer = await fetch(this.dataset.check, {
        method: "POST", body: new URLSearchParams({ twiml: this.area.value }), signal: this.asked.signal,
      });
      if (!answer.ok) return this.verdict.replaceChildren(); // the one that stands there is of another text
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      this.verdict.replaceChildren(holder.content);
      this.dispatchEvent(new CustomEvent("verdict", { bubbles: true }));
    } catch (error) {
      if (error.name !== "AbortError") this.verdict.replaceChildren();
    }
  }
});
