// <bin-dialog><dialog><form>…<div data-fields> makes a bin without leaving the page, and
// chooses it in the list beside the link with data-new-bin that opened it. Without script that
// link leads to the page on which a bin is made.
customElements.define("bin-dialog", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.form = this.querySelector("form");
    this.fields = this.querySelector("[data-fields]");
    this.empty = [...this.fields.cloneNode(true).childNodes];
    this.onOpen = (event) => {
      const link = event.target.closest?.("[data-new-bin]");
      if (!link || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.list = link.closest("handler-choice").querySelector("[data-bins]");
      this.dialog.showModal();
      this.fields.querySelector("input[name=name]").focus();
    };
    document.addEventListener("click", this.onOpen);
    this.querySelector("[data-close]").onclick = () => this.dialog.close();
    this.form.addEventListener("submit", (event) => this.submit(event));
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.onOpen);
  }

  async submit(event) {
    event.preventDefault();
    if (this.sending) return; // it is pressed twice
    this.sending = true;
    const answer = await fetch(this.form.action, {
      method: "POST", body: new URLSearchParams(new FormData(this.form, event.submitter)),
    }).catch(() => null);
    this.sending = false;
    if (answer?.status !== 201 && answer?.status !== 422) return this.form.submit(); // the server says why
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    if (answer.status === 422) {
      this.fields.replaceChildren(holder.content);
      return this.fields.querySelector("[aria-invalid], [role=alert] button")?.focus();
    }
    this.choose(holder.content.querySelector("option"));
  }

  // choose adds the new bin to every list, and selects it in the one that asked.
  choose(option) {
    for (const list of document.querySelectorAll("[data-bins]")) {
      const own = option.cloneNode(true);
      own.selected = own.defaultSelected = false;
      list.append(own);
    }
    this.list.value = option.value;
    this.list.dispatchEvent(new Event("change", { bubbles: true }));
    this.dialog.close();
    this.fields.replaceChildren(...this.empty.map((node) => node.cloneNode(true)));
    this.list.focus();
  }
});
