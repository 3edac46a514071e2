// Functions of every staff page: parts that refresh themselves, filters that apply at once.
"use strict";

// `data-renew="ADDRESS"`: fetched again every few seconds for as long as it holds something with `data-running`.
const renew = async (part) => {
  try {
    const answer = await fetch(part.dataset.renew, { headers: { accept: "text/html" } });
    if (answer.redirected) return location.reload(); // signed out
    if (answer.ok) {
      const text = await answer.text();
      if (text !== part.dataset.shown) {
        part.dataset.shown = text;
        part.innerHTML = text;
        part.dispatchEvent(new Event("renewed", { bubbles: true }));
      }
    }
  } catch { /* offline: the next time tries again */ }
  watch(part);
};
const watch = (part) => {
  if (part.querySelector("[data-running]")) setTimeout(renew, 1000 * document.documentElement.dataset.renewSeconds, part);
};

document.querySelectorAll("[data-renew]").forEach(watch);

// `data-restarting="ADDRESS"`: goes there as soon as the app, which was away, answers again.
document.querySelectorAll("[data-restarting]").forEach((part) => {
  let wasAway = false;
  const look = async () => {
    try {
      const isThere = (await fetch(part.dataset.restarting, { cache: "no-store" })).ok;
      if (isThere && wasAway) return location.replace(part.dataset.restarting);
      wasAway ||= !isThere;
    } catch { wasAway = true; }
    setTimeout(look, 250 * document.documentElement.dataset.renewSeconds);
  };
  look();
});

// `data-makes="COOKIE"` on a form: says that its file is being made until the cookie has the number that was sent.
document.querySelectorAll("form[data-makes]").forEach((form) => form.addEventListener("submit", () => {
  const asked = form.elements.asked, button = form.querySelector("button"), said = form.querySelector("[role=status]");
  asked.value = Date.now();
  said.hidden = false;
  setTimeout(() => { button.disabled = true; });
  const look = () => {
    if (!document.cookie.includes(`${form.dataset.makes}=${asked.value}`)) return setTimeout(look, 250);
    said.hidden = true;
    button.disabled = false;
    form.querySelectorAll("[name=proof]").forEach((field) => { field.value = ""; });
  };
  look();
}));

// On a phone the menu is wider than the screen: scroll to the current section.
document.querySelector(".sections [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// `data-at-once` on a form: a choice applies as soon as it is made.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-at-once]");
  if (form && event.target.matches("select, [type=checkbox], [type=radio], [type=date]")) form.requestSubmit();
});

// `data-sure="QUESTION"` on a form or its button: asks for confirmation of an action that cannot be undone.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.sure ?? event.target.dataset.sure;
  if (question && !confirm(question)) event.preventDefault();
});

// `data-ends="reload"` with `data-renew`: when nothing is running any more, reloads the page to show the result.
document.addEventListener("renewed", (event) => {
  if (event.target.dataset.ends === "reload" && !event.target.querySelector("[data-running]")) location.reload();
});

// `data-print` on a button: prints the page.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

// `data-adds="FIELD"` on a choice: adds what is chosen to the list in that field, once.
for (const choice of document.querySelectorAll("[data-adds]")) {
  choice.hidden = false;
  choice.addEventListener("change", () => {
    const field = document.getElementById(choice.dataset.adds);
    const listed = field.value.split(/[,，、;；]/).map((each) => each.trim()).filter(Boolean);
    if (choice.value && !listed.includes(choice.value)) field.value = [...listed, choice.value].join(", ");
    choice.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// `data-copies="FIELD"` on a button: copies what the field holds. Without HTTPS browsers have the old way only.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copies);
    field.select();
    if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
    else document.execCommand("copy");
    button.textContent = button.dataset.done;
  });
}
