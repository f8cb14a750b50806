// <code-editor data-bundle="…" data-grammar="…"><textarea>…<div class="code-host" hidden> puts an
// editor in the place of the text area, which stays the field of the form: without script, or
// until the editor is there, it is typed into itself.
//
// The editor lives in a shadow root, where its styles may be adopted: the page's policy allows
// no style elements. It underlines what the verdict on the document says (see twiml-editor.js).
customElements.define("code-editor", class extends HTMLElement {
  async connectedCallback() {
    const area = this.querySelector("textarea");
    const host = this.querySelector(".code-host");
    this.around = this.closest("twiml-editor");
    this.onVerdict = () => this.underline();
    let bundle, grammar;
    try {
      [bundle, grammar] = await Promise.all([import(this.dataset.bundle), fetch(this.dataset.grammar).then((r) => r.json())]);
    } catch {
      return; // the text area will do
    }
    if (!this.isConnected || this.editor) return;
    const label = area.labels[0];
    this.editor = bundle.edit(host.shadowRoot ?? host.attachShadow({ mode: "open" }), area, grammar, label?.textContent ?? "TwiML",
      { Completions: this.dataset.completions, "Control character": this.dataset.control });
    const typing = document.activeElement === area;
    area.hidden = true;
    host.hidden = false;
    if (typing) this.editor.focus();
    label?.addEventListener("click", () => this.editor?.focus());
    area.form?.addEventListener("reset", () => setTimeout(() => this.editor?.show()));
    this.around?.addEventListener("verdict", this.onVerdict);
    this.underline();
  }

  disconnectedCallback() {
    this.around?.removeEventListener("verdict", this.onVerdict);
    this.editor?.destroy();
    this.editor = null;
  }

  underline() {
    const problems = [...(this.around?.querySelectorAll(".mistakes [data-from]") ?? [])].map((one) => ({
      from: Number(one.dataset.from),
      to: Number(one.dataset.to),
      severity: one.dataset.level,
      message: one.querySelector("[lang]").textContent,
    }));
    this.editor?.underline(problems);
  }
});
