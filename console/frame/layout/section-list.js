// <section-list><ul>…<a aria-current>…</ul></section-list> shows the current section where a
// narrow screen has no room for all of them.
customElements.define("section-list", class extends HTMLElement {
  connectedCallback() {
    const list = this.querySelector("ul");
    const current = this.querySelector("[aria-current]");
    if (!current) return;
    const [all, one] = [list.getBoundingClientRect(), current.getBoundingClientRect()];
    list.scrollLeft += one.left + one.width / 2 - all.left - all.width / 2;
  }
});
