// <lost-connection data-said="… # …" data-title data-icon><p hidden><span> says on the page, in its
// title and by its icon that the server does not answer, since when, and that what stands there is
// old. It goes by itself when the server is back.
customElements.define("lost-connection", class extends HTMLElement {
  connectedCallback() {
    this.onChange = ({ detail }) => (detail === null ? this.found() : this.lost(new Date(detail)));
    document.addEventListener("connection", this.onChange);
  }

  disconnectedCallback() {
    document.removeEventListener("connection", this.onChange);
  }

  lost(since) {
    const root = document.documentElement;
    if (root.hasAttribute("data-lost")) return;
    root.toggleAttribute("data-lost", true);
    const icon = document.querySelector("link[rel=icon]");
    this.before = { title: document.title, icon: icon.getAttribute("href") };
    document.title = `${this.dataset.title} · ${this.before.title}`;
    icon.href = this.dataset.icon;
    const at = since.toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit" });
    this.querySelector("span").textContent = this.dataset.said.replace("#", at);
    this.firstElementChild.hidden = false;
  }

  found() {
    const root = document.documentElement;
    if (!root.hasAttribute("data-lost")) return;
    root.toggleAttribute("data-lost", false);
    document.title = this.before.title;
    document.querySelector("link[rel=icon]").href = this.before.icon;
    this.firstElementChild.hidden = true;
  }
});
