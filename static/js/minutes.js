/* Minutes are stored while somebody types. Without this script the buttons of the page do it. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const words = form.dataset;
  const QUIET = 1500;
  const LONGEST = 8000;
  const AGAIN = 10000;
  const token = form.querySelector("[name=csrf_token]");

  /* After signing in anew the form token is another one; it is read from the page itself. null: still signed out. */
  const renew = async () => {
    const answer = await fetch(words.page, { credentials: "same-origin", redirect: "manual" });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("form[data-autosave] [name=csrf_token]");
    return found ? found.value : null;
  };

  class Item {
    constructor(section) {
      this.section = section;
      this.key = section.dataset.item;
      this.field = section.querySelector("textarea[id]");
      this.version = section.querySelector("[data-version]");
      this.was = section.querySelector(`[name=was_${this.key}]`);
      this.status = section.querySelector("[data-status]");
      this.error = section.querySelector("[data-error]");
      this.place = section.querySelector("[data-theirs-place]");
      this.stored = this.field.value;
      this.said = this.status.textContent;
      this.since = 0;
      this.running = false;
      this.stopped = this.place.childElementCount > 0 || !this.error.hidden;
      if (this.stopped) this.stored = null;
      this.field.addEventListener("input", () => this.typed());
      this.field.addEventListener("blur", () => this.save());
      this.place.addEventListener("click", (event) => this.choose(event));
      this.fit();
    }

    get changed() {
      return this.field.value !== this.stored;
    }

    fit() {
      this.field.style.height = "auto";
      this.field.style.height = `${Math.min(this.field.scrollHeight + 4, window.innerHeight * 0.7)}px`;
    }

    say(text) {
      if (this.status.textContent !== text) this.status.textContent = text;
    }

    typed() {
      this.fit();
      if (!this.error.hidden) {
        this.error.hidden = true;
        this.field.removeAttribute("aria-invalid");
        if (!this.place.childElementCount) this.stopped = false;
      }
      if (!this.since) this.since = Date.now();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(QUIET, this.since + LONGEST - Date.now())));
    }

    later() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), AGAIN);
    }

    async save(last = false) {
      if (this.running || this.stopped || !this.changed) return;
      clearTimeout(this.timer);
      this.running = true;
      const text = this.field.value;
      const body = new URLSearchParams({ csrf_token: token.value, text, version: this.version.value });
      try {
        const options = { method: "POST", body, credentials: "same-origin", redirect: "manual" };
        // A page that is being left may still send a little.
        if (last && text.length < 20000) options.keepalive = true;
        await this.take(await fetch(this.section.dataset.url, options), text);
      } catch {
        this.say(words.offline);
        this.later();
      }
      this.running = false;
      if (this.changed && !this.stopped && this.since) this.typed();
    }

    async take(answer, text) {
      const type = answer.headers.get("Content-Type") || "";
      if (answer.ok && type.includes("json")) {
        const told = await answer.json();
        this.version.value = told.version;
        this.was.value = "";
        this.stored = text;
        this.since = 0;
        this.said = told.said;
        this.say(told.said);
        showAgenda(told.agenda);
      } else if (type.includes("json")) {
        this.refused(answer.status, await answer.json());
      } else if (answer.type === "opaqueredirect" || answer.status === 400 || answer.status === 401) {
        await this.signedOut();
      } else {
        this.say(words.offline);
        this.since = 0;
        this.later();
      }
    }

    refused(status, told) {
      this.stopped = true;
      this.since = 0;
      if (status === 409) {
        this.version.value = told.version;
        this.place.innerHTML = told.fragment;
        this.say(words.conflict);
      } else {
        this.error.textContent = told.error;
        this.error.hidden = false;
        this.field.setAttribute("aria-invalid", "true");
        this.field.setAttribute("aria-describedby", `${this.error.id} text-hint`);
        this.say(told.error);
      }
    }

    async signedOut() {
      const fresh = await renew();
      if (fresh && fresh !== token.value) {
        token.value = fresh;
        this.timer = setTimeout(() => this.save(), 0);
        return;
      }
      this.since = 0;
      this.say(words.signedOut);
      if (!this.section.querySelector("[data-sign-in-link]")) {
        const link = document.createElement("a");
        link.href = words.signIn;
        link.target = "_blank";
        link.rel = "noopener";
        link.dataset.signInLink = "";
        link.textContent = words.signInWord;
        this.status.after(link);
      }
      this.later();
    }

    choose(event) {
      const button = event.target.closest("[data-take]");
      if (!button) return;
      event.preventDefault();
      if (button.dataset.take === "theirs") {
        const theirs = this.place.querySelector("[data-theirs]");
        this.field.value = "empty" in theirs.dataset ? "" : theirs.textContent;
        this.stored = this.field.value;
        this.say("");
      }
      this.place.replaceChildren();
      this.stopped = false;
      this.field.focus();
      this.fit();
      this.save();
    }
  }

  /* The agenda beside the texts: the item one is in is marked, the minutes of the one that is on go on. */
  const agenda = document.querySelector("[data-agenda]");
  let here = null;
  const markItem = () => {
    if (!here) return;
    agenda.querySelectorAll("[data-item-link]").forEach((link) => {
      if (link.dataset.itemLink === here) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
  };
  const showAgenda = (html) => {
    if (agenda.contains(document.activeElement)) return;
    agenda.innerHTML = html;
    shownAt = Date.now();
    markItem();
  };
  let shownAt = Date.now();
  const tick = () => {
    const line = agenda.querySelector("[data-begun]");
    const used = line && line.querySelector("[data-used]");
    if (!used) return;
    const minutes = Number(line.dataset.begun) + Math.floor((Date.now() - shownAt) / 60000);
    used.textContent = agenda.dataset.time.replace("%u", minutes).replace("%p", line.dataset.planned);
    used.classList.toggle("is-over", minutes > Number(line.dataset.planned));
  };
  setInterval(tick, AGAIN);

  const items = [...document.querySelectorAll("[data-item]")].map((section) => new Item(section));
  const saveAll = (last) => items.forEach((item) => item.save(last));

  form.addEventListener("submit", () => items.forEach((item) => clearTimeout(item.timer)));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") saveAll(true);
    else saveAll(false);
  });
  window.addEventListener("pagehide", () => saveAll(true));
  window.addEventListener("online", () => saveAll(false));
  let isLeavingByForm = false;
  form.addEventListener("submit", () => (isLeavingByForm = true));
  window.addEventListener("beforeunload", (event) => {
    if (!isLeavingByForm && items.some((item) => item.changed && item.stored !== null)) {
      saveAll(true);
      event.preventDefault();
    }
  });

  items.forEach((item) =>
    item.section.addEventListener("focusin", () => {
      here = item.key;
      markItem();
    }),
  );

  /* Keys inside a text: to the next or the item before, and store now */
  const stepTo = (item) => {
    item.field.focus();
    item.section.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    const at = items.findIndex((item) => item.field === event.target);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.altKey && step && (at >= 0 || event.target === document.body)) {
      const next = at < 0 ? items.find((item) => item.key === here) || items[0] : items[at + step];
      if (!next) return;
      event.preventDefault();
      stepTo(next);
    } else if (at >= 0 && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      // Nothing new: it is said once more when it was stored.
      if (!items[at].changed) items[at].say(items[at].said);
      items[at].save();
    }
  });
})();
