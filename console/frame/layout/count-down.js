// <count-down><time datetime>…</time></count-down> shows how long it is until then.
customElements.define("count-down", class extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    const until = new Date(time.dateTime);
    const show = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left <= 0) {
        clearInterval(this.timer);
        time.textContent = "0:00";
        this.closest(".banner")?.remove(); // it has ended
        return;
      }
      const two = (n) => String(n).padStart(2, "0");
      const hours = Math.floor(left / 3600);
      const minutes = Math.floor(left / 60) % 60;
      time.textContent = (hours ? `${hours}:${two(minutes)}` : minutes) + `:${two(left % 60)}`;
    };
    show();
    this.timer = setInterval(show, 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }
});
