// <live-region id src="/console/live?topic=…"> keeps what is in it current.
//
// The server sends finished rows. One whose id is on the page takes its place; a new one is
// put first in the element with data-rows. When rows will not do, the server says so, and the
// region fetches its page again and takes what stands there in its place. A region nobody
// sees does not listen: a browser has few connections to one server.
//
// New rows do not move what somebody reads: if the reader has scrolled, they wait behind the
// button with data-arrivals, which has its label from the server ("# new").
//
// A row with data-into="id" belongs into the element with that id, anywhere on the page, or
// nowhere if there is none; one with data-append puts what is new last. An element with
// data-live-with="id of a region" is fetched again with that region.
//
// A region with data-verdict that comes to hold a banner takes the note above it away: what was well
// when it was said no longer is.
//
// The banners are a region of their own on a page that has no other.
//
// The server sends something every 2 s. When nothing comes for 4.5 s, the region tells the document
// that the connection is lost, and tries again until something comes ("connection" events).
const silence = 4500;
customElements.define("live-region", class extends HTMLElement {
  connectedCallback() {
    if (this.id === "banners" && document.querySelector("main live-region:not(#banners)")) return; // which brings them too
    this.waiting = [];
    this.seen = () => {
      if (document.hidden) return this.close();
      this.heard = Date.now(); // nobody listened
      this.open(true);
    };
    document.addEventListener("visibilitychange", this.seen);
    if (!document.hidden) this.open(false);
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.seen);
    this.close();
  }

  // open listens. What happened while nobody did is fetched. At first the server is told as of
  // which moment the page is, and says whether anything has happened since.
  open(missed) {
    this.close();
    this.heard ??= Date.now();
    this.watch();
    const { moment } = document.documentElement.dataset;
    this.stream = new EventSource(this.getAttribute("src") + (missed || !moment ? "" : `&moment=${moment}`));
    const heard = () => this.hear();
    for (const kind of ["open", "message", "refresh", "banners", "beat"]) this.stream.addEventListener(kind, heard);
    this.stream.onopen = () => {
      if (missed) this.refresh();
      missed = true;
    };
    this.stream.onmessage = ({ data }) => this.take(data);
    this.stream.addEventListener("refresh", () => this.refresh());
    this.stream.addEventListener("banners", () => this.banners());
    this.stream.onerror = () => {
      if (this.stream.readyState !== EventSource.CLOSED) return; // the browser tries again
      this.refresh();
      this.timer = setTimeout(() => this.open(true), 3000);
    };
  }

  close() {
    clearTimeout(this.timer);
    clearTimeout(this.silent);
    this.stream?.close();
  }

  // hear notes that the server has sent something.
  hear() {
    this.heard = Date.now();
    this.tell(null);
    this.watch();
  }

  // watch waits for the server to fall silent, and then opens another connection.
  watch() {
    clearTimeout(this.silent);
    this.silent = setTimeout(() => {
      this.tell(this.heard);
      this.open(true);
    }, silence);
  }

  // tell says since when nothing has been heard, or null when something is.
  tell(since) {
    document.dispatchEvent(new CustomEvent("connection", { detail: since }));
  }

  take(html) {
    const rows = this.querySelector("[data-rows]");
    if (!rows) return this.refresh(); // the list was empty
    const holder = document.createElement("template");
    holder.innerHTML = html;
    for (const fresh of [...holder.content.children]) {
      const i = this.waiting.findIndex(({ id }) => id === fresh.id);
      if (i >= 0) {
        this.waiting[i] = fresh;
        continue;
      }
      const stale = document.getElementById(fresh.id);
      if (stale) stale.replaceWith(fresh);
      else if (this.hasAttribute("data-older")) continue; // a later part of the list
      else this.waiting.push(fresh);
    }
    const button = this.querySelector("[data-arrivals]");
    if (button && rows.getBoundingClientRect().top < 0) this.announce(button);
    else this.arrive();
    this.dispatchEvent(new CustomEvent("live", { bubbles: true }));
  }

  announce(button) {
    if (!this.waiting.length) return;
    button.textContent = button.dataset.arrivals.replace("#", this.waiting.length);
    button.hidden = false;
    button.onclick = () => {
      this.arrive();
      button.hidden = true;
      this.scrollIntoView();
    };
  }

  // arrive puts the rows that wait where they belong, the newest first.
  arrive() {
    for (const fresh of this.waiting.splice(0)) {
      const rows = fresh.dataset.into ? document.getElementById(fresh.dataset.into) : this.querySelector("[data-rows]");
      fresh.classList.add("fresh");
      if (rows?.hasAttribute("data-append")) rows.append(fresh);
      else rows?.prepend(fresh);
    }
  }

  // refresh takes this region and the banners from the page as it is now: when something was missed, that
  // may have been a banner. A field somebody types in stays.
  async refresh() {
    if (this.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return;
    const page = await this.page();
    const fresh = page?.getElementById(this.id);
    if (fresh) {
      const above = page.getElementById("banners");
      if (above && above !== fresh) document.getElementById("banners").replaceChildren(...above.childNodes);
      this.waiting = [];
      this.replaceChildren(...fresh.childNodes);
      if (this.matches("[data-verdict]:has(.banner)")) document.querySelector("main > .note")?.remove(); // it is overtaken
      for (const other of document.querySelectorAll(`[data-live-with="${this.id}"]`)) {
        other.replaceChildren(...(page.getElementById(other.id)?.childNodes ?? []));
      }
      this.dispatchEvent(new CustomEvent("live", { bubbles: true }));
    }
  }

  // banners takes what stands above every page from the page as it is now.
  async banners() {
    const fresh = (await this.page())?.getElementById("banners");
    if (fresh) document.getElementById("banners").replaceChildren(...fresh.childNodes);
  }

  // page returns the page as it is now, or nothing while the server cannot say. When it is gone,
  // or nobody is signed in any more, the browser goes there, unless all that is live here are
  // the banners: somebody may be typing.
  async page() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer || answer.status >= 500) return null;
    const elsewhere = answer.status === 404 || new URL(answer.url).pathname === "/console/sign-in";
    if (elsewhere && this.id !== "banners") return location.replace(answer.url);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }
});
