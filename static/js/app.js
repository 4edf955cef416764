/* The few things a page cannot do without a script; every one of them has a way without. No inline code, no eval. */
(() => {
  "use strict";

  const root = document.documentElement;
  root.classList.add("has-js");

  const typing = (target) =>
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

  const search = () => {
    const fields = [document.getElementById("search-page"), document.getElementById("search")];
    return fields.find((field) => field && field.offsetParent !== null);
  };

  /* Keys: "/" to the search, "?" shows the keys */
  const openDialog = (id) => {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const field = search();
    if (event.key === "/" && field) {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "?") {
      event.preventDefault();
      openDialog("keys");
    }
  });

  /* Menus are <details>: Escape and a click outside close them */
  const closeMenus = (except) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu !== except && !menu.contains(except)) menu.open = false;
    });
  };

  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      closeMenus(null);
      openDialog(opener.dataset.opens);
    }
  });

  document.addEventListener("focusin", (event) => closeMenus(event.target));

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target instanceof Element && event.target.closest("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  /* Light, dark, system without loading the page again */
  document.querySelectorAll("[data-theme-form]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      const button = event.submitter;
      if (!button || button.name !== "theme") return;
      event.preventDefault();
      if (button.value === "system") root.removeAttribute("data-kern-theme");
      else root.setAttribute("data-kern-theme", button.value);
      form.querySelectorAll("[name=theme]").forEach((other) => other.removeAttribute("aria-current"));
      button.setAttribute("aria-current", "true");
      const body = new FormData(form);
      body.append("theme", button.value);
      fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "manual" }).catch(() => {});
    });
  });

  /* Copy buttons */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      source.select();
      document.execCommand("copy");
    }
    const words = button.querySelector("span");
    const before = words.textContent;
    words.textContent = button.dataset.done;
    setTimeout(() => (words.textContent = before), 2500);
  });

  /* A button that says how many boxes of its form are ticked */
  document.querySelectorAll("button[data-counts]").forEach((button) => {
    const boxes = [...button.form.elements].filter((field) => field.type === "checkbox");
    const say = () => {
      const n = boxes.filter((box) => box.checked).length;
      const { none, one, many } = button.dataset;
      button.querySelector("span").textContent = n === 0 ? none : n === 1 ? one : many.replace("#", n);
    };
    boxes.forEach((box) => box.addEventListener("change", say));
    say();
  });

  /* Filters submit themselves */
  document.querySelectorAll("form[data-autosubmit] select").forEach((select) => {
    select.addEventListener("change", () => select.form.requestSubmit());
  });

  /* Results as you type: arrows walk through them, Escape closes */
  document.querySelectorAll("[data-suggest]").forEach((box) => {
    const field = box.querySelector("input");
    const panel = box.querySelector(".suggestions");
    const status = box.querySelector("[aria-live]");
    const close = () => {
      panel.replaceChildren();
      status.textContent = "";
    };

    box.addEventListener("keydown", (event) => {
      const links = [...panel.querySelectorAll("a.result__title, .suggestions__all a")];
      const at = links.indexOf(document.activeElement);
      if (event.key === "ArrowDown" && links.length) {
        event.preventDefault();
        links[Math.min(at + 1, links.length - 1)].focus();
      } else if (event.key === "ArrowUp" && at >= 0) {
        event.preventDefault();
        (at === 0 ? field : links[at - 1]).focus();
      } else if (event.key === "Escape" && panel.childElementCount) {
        event.preventDefault();
        close();
        field.focus();
      }
    });

    field.addEventListener("input", () => {
      if (!field.value.trim()) close();
    });
    document.addEventListener("htmx:after:swap", () => {
      if (!field.value.trim()) return close();
      const words = panel.querySelector("[data-status]");
      status.textContent = words ? words.dataset.status : "";
    });
    document.addEventListener("click", (event) => {
      if (!box.contains(event.target)) close();
    });
    box.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !box.contains(event.relatedTarget)) close();
    });
  });

  /* A table that is wider than its place can be scrolled by keyboard, and then says what it is */
  const regions = document.querySelectorAll("[data-scrolls]");
  const mark = () => {
    regions.forEach((region) => {
      const scrolls = region.scrollWidth > region.clientWidth;
      const marks = { tabindex: "0", role: "group", "aria-label": region.dataset.scrolls };
      for (const [name, value] of Object.entries(marks)) {
        if (scrolls) region.setAttribute(name, value);
        else region.removeAttribute(name);
      }
    });
  };
  mark();
  addEventListener("resize", mark);

  /* The summary of errors is where reading goes on */
  document.querySelector("#error-summary[autofocus]")?.focus();
})();
