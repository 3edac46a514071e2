// Updates the folder page when reading has finished, and chooses all documents at once.
"use strict";

const fresh = document.querySelector("[data-fresh]");

const follow = async (settled) => {
  const focused = fresh.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const answer = await fetch(fresh.dataset.from).catch(() => null); // offline: the next change tries again
  if (!answer?.ok || answer.redirected) return;
  const chosen = new Set(Array.from(fresh.querySelectorAll(".pick:checked"), (each) => each.value));
  fresh.innerHTML = await answer.text();
  for (const each of fresh.querySelectorAll(".pick")) each.checked = chosen.has(each.value);
  offerAll();
  fresh.dataset.fresh = settled;
  if (focused) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
};

document.addEventListener("renewed", (event) => {
  const settled = event.target.querySelector("[data-settled]")?.dataset.settled;
  if (fresh && settled && settled !== fresh.dataset.fresh) follow(settled);
});

// The box that chooses all needs this script, so it is shown only with it.
const offerAll = () => fresh?.querySelector("[data-all]")?.removeAttribute("hidden");
offerAll();
document.addEventListener("change", (event) => {
  if (event.target.id === "all") for (const each of fresh.querySelectorAll(".pick")) each.checked = event.target.checked;
});
