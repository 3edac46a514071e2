// Thumbs with a reason, and requests for a person.
(() => {
  const page = window.qiantang;
  const PLACE = "qiantang.thumbs";
  let given = {}; // for browsers without storage

  const thumbs = () => {
    try {
      return JSON.parse(localStorage.getItem(PLACE)) ?? given;
    } catch {
      return given;
    }
  };

  const remember = (id, useful) => {
    given = Object.fromEntries(Object.entries({ ...thumbs(), [id]: useful }).slice(-500));
    try {
      localStorage.setItem(PLACE, JSON.stringify(given));
    } catch {
      // kept until the page is closed
    }
  };

  const press = (exchange) => {
    const useful = thumbs()[exchange.dataset.id];
    exchange.querySelector("[data-tool=useful]")?.setAttribute("aria-pressed", useful === true);
    exchange.querySelector("[data-tool=wrong]")?.setAttribute("aria-pressed", useful === false);
  };

  const rate = async (exchange, rating) => {
    const id = exchange.dataset.id;
    const response = await page.send("rate", { id, reason: "", comment: "", ...rating }).catch(() => null);
    if (!response?.ok) return page.say(page.words()[response?.status === 404 ? "why.gone" : "why.failed"]);
    remember(id, rating.useful);
    press(exchange);
    reveal(exchange, false);
    exchange.querySelector("[data-tool=wrong]").focus();
    page.say(page.words()["why.thanks"]);
  };

  const reveal = (exchange, isShown) => {
    exchange.querySelector(".why").hidden = !isShown;
    exchange.querySelector("[data-tool=wrong]").setAttribute("aria-expanded", isShown);
  };

  page.tools.useful = (_button, exchange) => rate(exchange, { useful: true });
  page.tools.wrong = (_button, exchange) => {
    exchange.querySelector(".why").reset();
    reveal(exchange, exchange.querySelector(".why").hidden);
    if (exchange.querySelector(".why").hidden) return;
    exchange.querySelector(".why input").focus({ preventScroll: true });
    exchange.querySelector(".why").scrollIntoView({ block: "center", behavior: page.calm() ? "auto" : "smooth" });
  };
  page.forms.why = (form, exchange) => rate(exchange, { useful: false, ...Object.fromEntries(new FormData(form)) });

  // Only the browser knows the pressed thumbs, so they are pressed again each time answers are rendered.
  const pressAll = (page.pressed = () => document.querySelectorAll(".exchange").forEach(press));
  const wait = setInterval(() => {
    const room = document.getElementById("room");
    if (!room) return;
    clearInterval(wait);
    new MutationObserver(pressAll).observe(room, { childList: true, subtree: true });
    pressAll();
  }, 200);

  const dialog = () => document.getElementById("person");
  page.tools.person = (_button, exchange) => {
    dialog().dataset.exchange = exchange.dataset.id;
    dialog().querySelector("blockquote").textContent = exchange.querySelector(".question").textContent;
    dialog().querySelector(".error").hidden = true;
    dialog().querySelector("[name=consent]").checked = false;
    page.show(dialog());
  };
  page.forms.person = async (form) => {
    const { consent, ...given } = Object.fromEntries(new FormData(form));
    const body = { ...given, id: dialog().dataset.exchange, language: document.documentElement.lang, consent: consent === "on" };
    const response = await page.send("ask-person", body).catch(() => null);
    if (!response?.ok) {
      const error = dialog().querySelector(".error");
      error.textContent = page.words()[response?.status === 404 ? "why.gone" : "person.failed"];
      error.hidden = false;
      return;
    }
    form.reset();
    dialog().close();
    page.say(page.words()["person.sent"]);
  };
})();
