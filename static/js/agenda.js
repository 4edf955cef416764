/* Items of an agenda are put in order by dragging their handle; the buttons beside it do the same without a script. */
(() => {
  "use strict";

  const whole = document.querySelector("[data-order]");
  if (!whole || !window.Sortable) return;
  const form = document.getElementById(whole.dataset.order);
  /* A closed meeting shows its agenda, and has nothing to put in order. */
  if (!form) return;
  const field = form.querySelector("[name=reihe]");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const order = () => [...whole.querySelectorAll("[data-key]")].map((one) => one.dataset.key).join("-");

  /* Each part is a list of its own: an item does not become public by slipping. */
  const lists = [...whole.querySelectorAll("ol")].map((list) =>
    window.Sortable.create(list, {
      handle: ".agenda__handle",
      animation: calm ? 0 : 120,
      ghostClass: "agenda__ghost",
      onEnd: () => {
        if (order() === field.value) return;
        field.value = order();
        lists.forEach((one) => one.option("disabled", true));
        whole.setAttribute("aria-busy", "true");
        form.requestSubmit();
      },
    }),
  );
})();
