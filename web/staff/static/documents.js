// Updates the folder page when reading has finished.
"use strict";

const fresh = document.querySelector("[data-fresh]");

const follow = async (settled) => {
  const focused = fresh.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const answer = await fetch(fresh.dataset.from).catch(() => null); // offline: the next change tries again
  if (!answer?.ok || answer.redirected) return;
  fresh.innerHTML = await answer.text();
  fresh.dataset.fresh = settled;
  if (focused) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
};

document.addEventListener("renewed", (event) => {
  const settled = event.target.querySelector("[data-settled]")?.dataset.settled;
  if (fresh && settled && settled !== fresh.dataset.fresh) follow(settled);
});
