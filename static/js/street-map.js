/* The points of the drawn map on a street map, where the installation has one; the drawing stays for paper and without a script. */
(() => {
  "use strict";

  const frame = document.querySelector(".street-map");
  const drawing = document.querySelector("svg.map");
  if (!frame || !drawing || !window.L) return;
  const points = [...drawing.querySelectorAll("a[data-latitude]")];
  if (!points.length) return;

  const { L } = window;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  frame.hidden = false;
  const map = L.map(frame, {
    zoomControl: false,
    /* Said in the line below, as text. */
    attributionControl: false,
    /* The page scrolls on; whoever wants to come nearer has the buttons, the plus key or two fingers. */
    scrollWheelZoom: false,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    markerZoomAnimation: !calm,
  });
  L.control.zoom({ zoomInTitle: frame.dataset.nearer, zoomOutTitle: frame.dataset.farther }).addTo(map);
  L.tileLayer(frame.dataset.tiles, { maxZoom: 18, referrerPolicy: "same-origin" }).addTo(map);

  const spotOf = (point) => [Number(point.dataset.latitude), Number(point.dataset.longitude)];
  map.fitBounds(L.latLngBounds(points.map(spotOf)).pad(0.05), { maxZoom: 16 });

  points.forEach((point) => {
    const label = point.getAttribute("aria-label");
    const kinds = point.dataset.sign.split(" ").map((kind) => `street-map__point--${kind}`);
    const icon = L.divIcon({ className: ["street-map__point", ...kinds].join(" "), iconSize: [24, 24] });
    const marker = L.marker(spotOf(point), { icon, title: label, keyboard: true }).addTo(map);
    const go = () => window.location.assign(point.getAttribute("href"));
    marker.on("click", go);
    marker.on("keypress", (event) => event.originalEvent.key === "Enter" && go());
    marker.getElement().setAttribute("role", "link");
    marker.getElement().setAttribute("aria-label", label);
  });
  drawing.classList.add("map--behind");
})();
