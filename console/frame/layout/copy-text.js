// <copy-text><code>…</code><button hidden data-done="Copied">…</button></copy-text> copies the
// code's text. Without script there is no button.
customElements.define("copy-text", class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    button.onclick = async () => {
      await navigator.clipboard.writeText(this.querySelector("code").textContent);
      const label = button.title;
      button.title = button.ariaLabel = button.dataset.done;
      button.classList.add("good");
      setTimeout(() => {
        button.title = button.ariaLabel = label;
        button.classList.remove("good");
      }, 1500);
    };
  }
});
