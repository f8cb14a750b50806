// <handler-choice> keeps the link "edit" beside a list of bins leading to the chosen one.
customElements.define("handler-choice", class extends HTMLElement {
  connectedCallback() {
    const list = this.querySelector("[data-bins]");
    const edit = this.querySelector("[data-edit-bin]");
    list.addEventListener("change", () => {
      edit.hidden = list.value === "";
      edit.href = "/console/bins/" + list.value;
    });
  }
});
