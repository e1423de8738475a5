/* Adds the controls of the page, such as the filter of the ledger. The page is complete
   without them. */
"use strict";

document.documentElement.classList.add("js");

/* Mark regions that are wider than their frame, so that they show a scroll hint. */
(() => {
  const mark = (region) => region.classList.toggle("wide", region.scrollWidth > region.clientWidth + 1);
  const watcher = new ResizeObserver((changes) => {
    requestAnimationFrame(() => changes.forEach((change) => mark(change.target)));
  });
  for (const region of document.querySelectorAll(".scroll")) watcher.observe(region);
})();

/* Unfold the target of a link. */
(() => {
  const unfold = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folds = [];
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") folds.push(node);
    if (!folds.some((fold) => !fold.open)) return;
    for (const fold of folds) fold.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", unfold);
  unfold();
})();

/* Filter the ledger by verdict, and show a filtered report again if a link leads to it. */
(() => {
  const filter = document.getElementById("ledger-filter");
  if (!filter) return;
  const entries = [...document.querySelectorAll(".report[data-verdict]")];
  const counter = document.getElementById("ledger-count");
  const show = () => {
    const wanted = new Set([...filter.querySelectorAll("input:checked")].map((box) => box.value));
    let count = 0;
    for (const entry of entries) {
      entry.hidden = !wanted.has(entry.dataset.verdict);
      if (!entry.hidden) count += 1;
    }
    counter.textContent = `${count} of ${entries.length} shown`;
  };
  filter.addEventListener("change", show);
  filter.addEventListener("submit", (event) => event.preventDefault());
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.hidden) return;
    for (const box of filter.querySelectorAll("input")) if (box.value === target.dataset.verdict) box.checked = true;
    show();
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  show();
})();
