// <marked-text> shows the first thing that is underlined in it.
customElements.define("marked-text", class extends HTMLElement {
  connectedCallback() {
    const mark = this.querySelector("mark");
    if (!mark) return;
    const show = () => {
      this.scrollTop = mark.offsetTop - this.clientHeight / 3;
      this.scrollLeft = Math.max(0, mark.offsetLeft + mark.offsetWidth - this.clientWidth + 24);
    };
    show();
    this.closest("details")?.addEventListener("toggle", show, { once: true });
  }
});
