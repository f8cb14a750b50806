// <time-ago><time datetime>…</time></time-ago> keeps saying how long ago that was; with
// data-lasting, how long something has lasted that began then.
customElements.define("time-ago", class extends HTMLElement {
  connectedCallback() {
    this.say();
    this.timer = setInterval(() => this.say(), 10_000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  say() {
    const time = this.querySelector("time");
    if (!time) return;
    const age = Math.max(0, Math.floor((Date.now() - new Date(time.dateTime)) / 1000));
    const { lang } = document.documentElement;
    const [unit, seconds] = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]].find(([, s]) => age >= s) ?? ["second", 1];
    const count = Math.floor(age / seconds);
    time.textContent = this.hasAttribute("data-lasting")
      ? new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" }).format(count)
      : new Intl.RelativeTimeFormat(lang, { numeric: age < 1 ? "auto" : "always" }).format(-count, unit);
  }
});
