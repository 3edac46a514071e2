// Page view: highlights a text line and its place on the image together; arrow keys turn the page.
"use strict";

const lines = (number) => document.querySelectorAll(`[data-line="${number}"]`);
let shown = null;

const show = (number, follow) => {
  if (number === shown) return;
  if (shown !== null) lines(shown).forEach((each) => each.classList.remove("shown"));
  shown = number;
  if (number === null) return;
  lines(number).forEach((each) => each.classList.add("shown"));
  if (follow) follow(number)?.scrollIntoView({ block: "nearest" });
};
const onPicture = (number) => document.querySelector(`.page [data-line="${number}"]`);
const inText = (number) => document.querySelector(`.read [data-line="${number}"]`);

document.addEventListener("pointerover", (event) => {
  const line = event.target.closest("[data-line]");
  show(line ? line.dataset.line : null);
});
document.addEventListener("click", (event) => {
  const line = event.target.closest("[data-line]");
  if (!line) return;
  shown = null;
  show(line.dataset.line, line.closest(".page") ? inText : onPicture);
});

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("textarea, input, select, table")) return;
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step && event.target.matches(".read")) {
    const numbers = [...new Set([...event.target.querySelectorAll("[data-line]")].map((each) => each.dataset.line))];
    const at = Math.min(Math.max(numbers.indexOf(shown) + step, 0), numbers.length - 1);
    show(numbers[at], (number) => { onPicture(number)?.scrollIntoView({ block: "nearest" }); return inText(number); });
    event.preventDefault();
  }
  const turned = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  if (turned) document.querySelector(`.leaves [rel=${turned}]`)?.click();
});

// When the latest corrections have been read, shows the current text below the message about them.
document.addEventListener("renewed", async (event) => {
  if (event.target.querySelector("[data-running]")) return;
  const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  for (const part of [".leaves", ".state", ".correction", ".inside"]) {
    const now = fresh.querySelector(part);
    if (now) document.querySelector(part)?.replaceWith(now);
  }
});
document.querySelector(".leaves [aria-current]")?.scrollIntoView({ block: "nearest" });
