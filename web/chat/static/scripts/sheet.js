// Source panel: a marker opens its card, on a phone in a sheet; "open" shows the document at the passage.
(() => {
  const page = window.qiantang;
  const narrow = () => !matchMedia("(min-width: 900px)").matches;
  const sheet = () => document.getElementById("sheet");
  let cards = [];
  let shown = 0;

  const highlight = (card) => {
    document.querySelectorAll(".card.current").forEach((other) => other.classList.remove("current"));
    card.classList.add("current");
    card.scrollIntoView({ block: "nearest", behavior: page.calm() ? "auto" : "smooth" });
    card.focus({ preventScroll: true });
  };

  // Shows one card at a time in the sheet, with the document below when it is opened.
  const turn = (step, isOpen) => {
    shown = (shown + step + cards.length) % cards.length;
    const copy = document.createElement("article"); // in the list it is a list item
    copy.className = "card";
    copy.append(...cards[shown].cloneNode(true).childNodes);
    const body = sheet().querySelector(".body");
    body.replaceChildren(copy);
    sheet().querySelector("output").textContent = `${shown + 1} / ${cards.length}`;
    sheet().querySelector("nav").hidden = cards.length < 2;
    sheet().classList.toggle("reading", isOpen);
    if (isOpen) body.append(viewed(copy.querySelector(".open")));
    page.show(sheet());
  };

  const viewed = (link) => {
    const frame = document.createElement("iframe");
    frame.src = link.href;
    frame.title = link.getAttribute("aria-label") ?? link.textContent;
    return frame;
  };

  // A place in a document without a citation, such as a section of a service guide.
  const open = (link) => {
    sheet().querySelector(".body").replaceChildren(viewed(link));
    sheet().querySelector("nav").hidden = true;
    sheet().classList.add("reading");
    page.show(sheet());
  };

  document.addEventListener("click", (event) => {
    const marker = event.target.closest?.("a.marker");
    const link = event.target.closest?.("a.open");
    if (event.target.closest?.("[data-step]")) {
      turn(Number(event.target.closest("[data-step]").dataset.step), sheet().classList.contains("reading"));
    }
    if (!(marker || link) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link && !link.closest(".card")) return open(link);
    if (link && sheet().open) return turn(0, true);
    const target = marker ? document.getElementById(marker.hash.slice(1)) : link.closest(".card");
    if (!target?.matches(".card")) return;
    cards = [...target.parentElement.children];
    shown = cards.indexOf(target);
    if (marker && !narrow()) highlight(target);
    else turn(0, Boolean(link));
  });
})();
