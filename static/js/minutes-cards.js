/* A decision, a vote or a task is entered in the flow of the text: the form of its own page, brought here. Without this script the links open that page, which leads back. */
(() => {
  "use strict";

  const texts = document.querySelector(".writing__texts");
  if (!texts) return;
  const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  let open = null;

  const fieldOf = (section) => section.querySelector(".writing__text");

  const close = (back = true) => {
    // What is on its way is not closed: its answer may bring the form back.
    if (!open || open.busy) return;
    const { place, section } = open;
    open = null;
    place.replaceChildren();
    if (back) fieldOf(section).focus();
  };

  /* What was marked in the note becomes the wording; it leaves the note once it is stored there. */
  const marked = (field) => field.value.slice(field.selectionStart, field.selectionEnd).trim();
  const cutOut = ({ section, cut }) => {
    const field = fieldOf(section);
    const at = cut ? field.value.indexOf(cut) : -1;
    if (at < 0) return;
    const end = at + cut.length;
    field.setRangeText("", at, field.value[end] === " " ? end + 1 : end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const show = (page, first) => {
    const form = page.getElementById("record");
    if (!form) return false;
    const card = document.createElement("div");
    card.className = "settled writing__card";
    card.setAttribute("role", "group");
    const title = document.createElement("h3");
    title.id = "card-title";
    title.textContent = page.querySelector("h1").textContent;
    card.setAttribute("aria-labelledby", title.id);
    card.append(title, form);
    open.place.replaceChildren(card);
    const wording = form.querySelector("[name=text]");
    if (first && open.wording) wording.value = open.wording;
    card.dispatchEvent(new CustomEvent("form-added", { bubbles: true }));
    const summary = form.querySelector("#error-summary");
    const start = summary || (first && wording.value ? form.querySelector(open.vote ? "[name=yes]" : "#kind-0, #person_id") : wording);
    (start || wording).focus();
    card.scrollIntoView({ block: "nearest" });
    return true;
  };

  /* ``link`` opens a card beside its text; within a card it makes of it the other kind, and the wording goes along. */
  const start = async (link) => {
    const section = link.closest("[data-item]");
    const known = open && open.place.contains(link) ? open : null;
    const wording = known ? known.place.querySelector("[name=text]").value : marked(fieldOf(section));
    close(false);
    const place = section.querySelector("[data-card-place]");
    const cut = known ? known.cut : wording;
    open = { section, place, url: link.href, wording, cut, vote: link.dataset.card === "V" };
    try {
      const answer = await fetch(link.href, { credentials: "same-origin" });
      if (answer.ok && open && open.url === link.href && show(await parse(answer), true)) return;
    } catch {
      // The page itself says what is wrong.
    }
    location.assign(link.href);
  };

  const send = async (form, button) => {
    const sent = open;
    sent.busy = true;
    button.disabled = true;
    let answer;
    try {
      answer = await fetch(sent.url, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    } catch {
      button.disabled = sent.busy = false;
      const status = sent.section.querySelector("[data-status]");
      status.textContent = document.querySelector("[data-autosave]").dataset.offline;
      return;
    }
    const page = await parse(answer);
    sent.busy = false;
    const fresh = page.querySelector(`#${sent.section.id} [data-cards]`);
    if (fresh) {
      close();
      cutOut(sent);
      sent.section.querySelector("[data-cards]").replaceWith(fresh);
      const said = [...page.querySelectorAll(".flashes .notice__body")].map((one) => one.textContent.trim());
      if (said.length) sent.section.querySelector("[data-status]").textContent = said.join(" ");
    } else if (!show(page, false)) {
      // Signed out, or approved meanwhile: the browser sends it as it is and shows the answer.
      form.action = sent.url;
      open = null;
      form.submit();
    }
  };

  texts.addEventListener("click", (event) => {
    const link = event.target.closest("[data-card], [data-switch]");
    if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      start(link);
    } else if (open && event.target.closest("[data-cancel]")) {
      event.preventDefault();
      close();
    }
  });
  texts.addEventListener("submit", (event) => {
    /* A field that is not filled in rightly has stopped it already (pick.js). */
    if (event.defaultPrevented || !event.target.closest("[data-card-place]")) return;
    event.preventDefault();
    send(event.target, event.submitter || event.target.querySelector("[type=submit]"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open && open.place.contains(event.target) && !event.defaultPrevented) {
      event.preventDefault();
      close();
      return;
    }
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !/^Key[ABV]$/.test(event.code)) return;
    const section = event.target.closest?.("[data-item]");
    const link = section && section.querySelector(`[data-card="${event.code.slice(3)}"]`);
    if (link) {
      event.preventDefault();
      start(link);
    }
  });
})();
