// <local-time><time datetime>15:04 UTC</time></local-time> says a time in the zone of the browser; with
// data-date, the date too. Its title keeps the instant in UTC.
customElements.define("local-time", class extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    if (!time) return;
    const at = new Date(time.dateTime);
    const { lang } = document.documentElement;
    time.textContent = this.hasAttribute("data-date")
      ? at.toLocaleString(lang, { dateStyle: "medium", timeStyle: "short" })
      : at.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit" });
  }
});
