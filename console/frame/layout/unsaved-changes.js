// <unsaved-changes><form>…</form></unsaved-changes> has the browser ask before what was typed
// is lost. A form that came back with problems holds something unsaved from the start.
customElements.define("unsaved-changes", class extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    const now = () => new URLSearchParams(new FormData(form)).toString();
    const first = now();
    const unsaved = form.querySelector("[aria-invalid], [role=alert]") !== null;
    let sent = false;
    form.addEventListener("submit", () => { sent = true; });
    this.onLeave = (event) => {
      if (!sent && (unsaved || now() !== first)) event.preventDefault();
    };
    window.addEventListener("beforeunload", this.onLeave);
  }

  disconnectedCallback() {
    window.removeEventListener("beforeunload", this.onLeave);
  }
});
