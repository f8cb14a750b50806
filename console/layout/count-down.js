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
        return;
      }
      time.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    };
    show();
    this.timer = setInterval(show, 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }
});
