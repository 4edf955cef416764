/* A long list to choose from becomes a field to type in (ARIA combobox with a listbox). The select stays what is sent; without scripts it is used as it is. */
(() => {
  "use strict";

  const MOST = 50;
  const fold = (text) =>
    text
      .toLowerCase()
      .replaceAll("ß", "ss")
      .normalize("NFD")
      .replace(/\p{M}/gu, "");
  /* "Mueller" finds Müller too. */
  const spelt = (text) =>
    fold(text.toLowerCase().replace(/[äöü]/g, (letter) => ({ ä: "ae", ö: "oe", ü: "ue" })[letter]));

  const apart = (text) => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  /* Whether each word that was typed begins one of the entry's. */
  const begins = (entry, typed) => typed.every((word) => entry.starts.some((start) => start.startsWith(word)));

  const make = (name, attributes) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(key, value);
    return element;
  };

  const enhance = (select) => {
    const id = select.id;
    const entries = [...select.options].map((option) => {
      const words = `${fold(option.text)} ${spelt(option.text)}`;
      return { option, text: option.text, words, starts: apart(words) };
    });
    const box = make("div", { class: "pick" });
    const list = make("ul", { class: "pick__list", id: `${id}-list`, role: "listbox", hidden: "" });
    list.setAttribute("aria-label", select.dataset.list);
    const status = make("span", { class: "sr-only", role: "status" });
    const field = make("input", {
      class: "input pick__field",
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-controls": list.id,
      "aria-expanded": "false",
      "aria-describedby": select.getAttribute("aria-describedby"),
      "aria-invalid": select.getAttribute("aria-invalid"),
    });
    /* What is typed and fits nothing is never thrown away in silence: it stays, with this under it, and is not sent. */
    const warning = make("p", { id: `${id}-none`, class: "field__error pick__warning", hidden: "" });
    let shown = [];
    let active = -1;

    const chosen = () => select.selectedOptions[0];
    /* Only what somebody typed is in question: browsers and scripts choose without a word, too. */
    let isTyped = false;
    const isOpen = () => isTyped && field.value !== (chosen()?.text ?? "");
    const warn = (is) => {
      warning.textContent = is ? select.dataset.none : "";
      warning.hidden = !is;
      const described = [select.getAttribute("aria-describedby"), is && warning.id].filter(Boolean).join(" ");
      if (described) field.setAttribute("aria-describedby", described);
      else field.removeAttribute("aria-describedby");
      if (is || select.getAttribute("aria-invalid")) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      field.classList.toggle("pick__field--none", is);
    };
    const write = () => {
      field.value = chosen()?.text ?? "";
      isTyped = false;
      warn(false);
    };
    const close = () => {
      list.hidden = true;
      active = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
      status.textContent = "";
    };
    const choose = (entry) => {
      const before = select.value;
      entry.option.selected = true;
      write();
      close();
      if (select.value !== before) select.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const mark = (at) => {
      active = at;
      [...list.children].forEach((line, number) => {
        line.setAttribute("aria-selected", number === at ? "true" : "false");
        if (number === at) {
          field.setAttribute("aria-activedescendant", line.id);
          line.scrollIntoView({ block: "nearest" });
        }
      });
      if (at < 0) field.removeAttribute("aria-activedescendant");
    };
    const open = (typed) => {
      const wanted = fold(typed).split(/[\s,;]+/).filter(Boolean);
      const matching = entries.filter((entry) => wanted.every((word) => entry.words.includes(word)));
      /* With "lott" Lotta comes before Charlotte. */
      const starts = apart(fold(typed));
      const first = new Set(matching.filter((entry) => begins(entry, starts)));
      const found = [...first, ...matching.filter((entry) => !first.has(entry))];
      shown = wanted.length ? found.slice(0, MOST) : found;
      list.replaceChildren(
        ...shown.map((entry, number) => {
          const line = make("li", { class: "pick__option", id: `${id}-option-${number}`, role: "option", "aria-selected": "false" });
          line.textContent = entry.text;
          return line;
        }),
      );
      list.hidden = !shown.length;
      field.setAttribute("aria-expanded", String(!list.hidden));
      status.textContent = found.length ? select.dataset.found.replace("%n", String(found.length)) : select.dataset.none;
      warn(!found.length);
      mark(shown.length && wanted.length ? 0 : shown.findIndex((entry) => entry.option === chosen()));
    };
    const leave = () => {
      const typed = fold(field.value.trim());
      const empty = entries.find((entry) => ["", "-1", "0"].includes(entry.option.value));
      /* Two of the same name: what was chosen stays, and what was only typed decides nothing. */
      const same = entries.filter((entry) => fold(entry.text) === typed);
      if (field.value === chosen()?.text) write();
      else if (!typed && empty) choose(empty);
      else if (!typed) write();
      else if (same.length === 1) choose(same[0]);
      else warn(true);
      close();
    };

    field.addEventListener("input", () => {
      isTyped = true;
      open(field.value);
    });
    field.addEventListener("focus", () => field.select());
    field.addEventListener("click", () => {
      if (list.hidden) open("");
    });
    field.addEventListener("blur", leave);
    field.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) open("");
        else if (shown.length) mark((active + (event.key === "ArrowDown" ? 1 : shown.length - 1) + shown.length) % shown.length);
      } else if (event.key === "Enter" && (!list.hidden || isOpen())) {
        /* Enter takes what is marked; it sends the form only once that is done. */
        event.preventDefault();
        if (list.hidden) leave();
        else if (shown[active]) choose(shown[active]);
      } else if (event.key === "Tab" && !list.hidden && shown[active] && field.value.trim() && field.value !== chosen()?.text) {
        choose(shown[active]);
      } else if (event.key === "Escape" && (!list.hidden || isOpen())) {
        event.preventDefault();
        write();
        close();
      }
    });
    /* The field keeps the focus while the list is used with a pointer. */
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const at = [...list.children].indexOf(event.target.closest("li"));
      if (at >= 0) choose(shown[at]);
    });
    select.addEventListener("change", write);
    select.form?.addEventListener("submit", (event) => {
      if (!isOpen()) return;
      event.preventDefault();
      warn(true);
      field.focus();
    });

    /* Label, hint, error and the links of the summary lead to the field that is seen. */
    select.id = `${id}-value`;
    field.id = id;
    select.hidden = true;
    select.after(box);
    box.append(field, list, status, warning);
    write();
  };

  document.querySelectorAll("select[data-found]").forEach(enhance);
  /* A form that another script has put on the page. */
  document.addEventListener("form-added", (event) => event.target.querySelectorAll("select[data-found]").forEach(enhance));
})();
