// What every staff page does beyond its forms: parts that renew themselves, filters that apply at once.
"use strict";

// `data-renew="ADDRESS"`: fetched again every few seconds for as long as it holds something with `data-running`.
const renew = async (part) => {
  try {
    const answer = await fetch(part.dataset.renew, { headers: { accept: "text/html" } });
    if (answer.redirected) return location.reload(); // signed out meanwhile
    if (answer.ok) {
      const text = await answer.text();
      if (text !== part.dataset.shown) {
        part.dataset.shown = text;
        part.innerHTML = text;
        part.dispatchEvent(new Event("renewed", { bubbles: true }));
      }
    }
  } catch { /* away for a moment: the next time may do */ }
  watch(part);
};
const watch = (part) => {
  if (part.querySelector("[data-running]")) setTimeout(renew, 1000 * document.documentElement.dataset.renewSeconds, part);
};

document.querySelectorAll("[data-renew]").forEach(watch);

// On a phone the menu is wider than the screen: the section in which one is stands in view.
document.querySelector(".sections [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// `data-at-once` on a form: a choice applies as soon as it is made.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-at-once]");
  if (form && event.target.matches("select, [type=checkbox], [type=radio], [type=date]")) form.requestSubmit();
});

// `data-sure="QUESTION"` on a form: asked before what cannot be undone.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.sure;
  if (question && !confirm(question)) event.preventDefault();
});

// `data-ends="reload"` beside `data-renew`: once nothing runs there any more, the whole page tells what became of it.
document.addEventListener("renewed", (event) => {
  if (event.target.dataset.ends === "reload" && !event.target.querySelector("[data-running]")) location.reload();
});

// `data-print` on a button: prints the page.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
