// Source panel: "open" shows the document at the passage, and so does a marker in the card of its document. The marker of
// an answer in other words leads to its quote, on a phone in a sheet.
(() => {
  const page = window.qiantang;
  const narrow = () => !matchMedia("(min-width: 900px)").matches;
  const sheet = () => document.getElementById("sheet");
  const numberOf = (quote) => Number(quote.id.split("-").at(-1));
  let quotes = [];
  let shown = 0;

  const highlight = (quote) => {
    document.querySelectorAll(".quote.current").forEach((other) => other.classList.remove("current"));
    quote.classList.add("current");
    quote.scrollIntoView({ block: "nearest", behavior: page.calm() ? "auto" : "smooth" });
    quote.focus({ preventScroll: true });
  };

  // Shows one quote at a time in the sheet with its card, and the document below when it is opened.
  const turn = (step, isOpen) => {
    shown = (shown + step + quotes.length) % quotes.length;
    const quote = quotes[shown].cloneNode(true);
    quote.removeAttribute("id");
    quote.querySelector(".of-table")?.remove();
    const copy = document.createElement("article"); // in the list it is a list item
    copy.className = "card";
    const about = (part) => page.cardsOf(quotes[shown]).flatMap((card) => {
      const parts = [...card.querySelectorAll(`:scope > .about${part}`)].map((each) => each.cloneNode(true));
      if (!card.contains(quotes[shown])) parts.forEach((each) => each.querySelector(".unsure")?.remove());
      return parts;
    });
    copy.append(...about(":not(.foot)"), ...quote.childNodes, ...about(".foot"));
    const body = sheet().querySelector(".body");
    body.replaceChildren(copy);
    sheet().querySelector("output").textContent = `${shown + 1} / ${quotes.length}`;
    sheet().querySelector("nav").hidden = quotes.length < 2;
    sheet().classList.toggle("reading", isOpen);
    if (isOpen) body.append(viewed(copy.querySelector(".open")));
    page.show(sheet());
  };

  // Its link home leads to where the reader is. Pages turned in it are no entries of the history: Back closes the sheet.
  // Keys pressed in it reach this page only if they are handed on.
  const settle = ({ contentDocument, contentWindow }) => {
    contentDocument?.querySelector(".home")?.remove();
    contentDocument?.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]:not([target], [download])");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      contentWindow.location.replace(link.href);
    });
    contentDocument?.addEventListener("keydown", ({ key, isComposing }) => {
      if (key === "Escape" && !isComposing) sheet().close();
    });
  };

  // Without a connection, instead of the browser's own page, which cannot be read from here.
  const unreached = () => {
    const message = document.createElement("p");
    message.className = "unreached";
    message.setAttribute("role", "alert");
    message.textContent = page.words()["source.unreached"];
    return message;
  };

  const viewed = (link) => {
    if (!navigator.onLine) return unreached();
    const frame = document.createElement("iframe");
    frame.src = link.href;
    frame.onload = () => (frame.contentDocument ? settle(frame) : frame.replaceWith(unreached()));
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
    if (link && (link.matches(".version") || !link.closest(".card"))) return open(link);
    if (link && sheet().open) return turn(0, true);
    const target = marker ? document.getElementById(marker.hash.slice(1)) : link.closest(".quote");
    if (!target?.matches(".quote")) return;
    quotes = [...target.closest(".exchange").querySelectorAll(".quote")].sort((one, other) => numberOf(one) - numberOf(other));
    shown = quotes.indexOf(target);
    if (marker && !narrow() && !target.closest(".words")) highlight(target);
    else turn(0, Boolean(link || target.closest(".words")));
  });
})();
