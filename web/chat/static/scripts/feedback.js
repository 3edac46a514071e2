// Thumbs with a reason, and requests for a person.
(() => {
  const page = window.qiantang;
  const PLACES = { thumbs: "qiantang.thumbs", references: "qiantang.references" };
  const START = "start"; // in place of the id of an answer
  const known = { thumbs: {}, references: {} }; // for browsers without storage

  const given = (place) => {
    try {
      return JSON.parse(localStorage.getItem(PLACES[place])) ?? known[place];
    } catch {
      return known[place];
    }
  };

  const remember = (place, id, value) => {
    known[place] = Object.fromEntries(Object.entries({ ...given(place), [id]: value }).slice(-500));
    try {
      localStorage.setItem(PLACES[place], JSON.stringify(known[place]));
    } catch {
      // kept until the page is closed
    }
  };

  const press = (exchange) => {
    const useful = given("thumbs")[exchange.dataset.id];
    exchange.querySelector("[data-tool=useful]")?.setAttribute("aria-pressed", useful === true);
    exchange.querySelector("[data-tool=wrong]")?.setAttribute("aria-pressed", useful === false);
  };

  const rate = async (exchange, rating) => {
    const id = exchange.dataset.id;
    const response = await page.send("rate", { id, reason: "", comment: "", ...rating }).catch(() => null);
    if (!response?.ok) return page.say(page.words()[response?.status === 404 ? "why.gone" : "why.failed"]);
    remember("thumbs", id, rating.useful);
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
    if (exchange.querySelector(".why").hidden) return exchange.querySelector("[data-tool=wrong]").focus();
    exchange.querySelector(".why input").focus({ preventScroll: true });
    exchange.querySelector(".why").scrollIntoView({ block: "center", behavior: page.calm() ? "auto" : "smooth" });
  };
  page.forms.why = (form, exchange) => rate(exchange, { useful: false, ...Object.fromEntries(new FormData(form)) });

  // Only the browser knows the pressed thumbs, so they are pressed again each time answers are rendered.
  // A request has a number by which staff find it; it stays with the answer.
  const refer = (place, id) => {
    const reference = given("references")[id];
    const shown = place.querySelector(".reference");
    if (!shown || shown.dataset.reference === reference) return;
    shown.dataset.reference = reference ?? "";
    shown.textContent = reference ? page.words()["person.reference"].replace("{reference}", reference) : "";
  };

  page.pressed = () => {
    document.querySelectorAll(".exchange").forEach((exchange) => {
      press(exchange);
      refer(exchange, exchange.dataset.id);
    });
    document.querySelectorAll(".welcome").forEach((start) => refer(start, START));
  };
  page.watch(page.pressed);

  // A browser names what is missing in its own language, which need not be that of the page.
  document.addEventListener("invalid", ({ target }) => {
    target.setCustomValidity(page.words()[target.name === "contact" ? "form.contact" : "form.needed"]);
  }, true);
  document.addEventListener("input", ({ target }) => {
    const fields = target.type === "radio" ? target.form.elements[target.name] : [target];
    for (const field of fields) field.setCustomValidity?.("");
  }, true);

  // Under an answer the request is about its question, on the start page about one that is written into the form.
  const dialog = () => document.getElementById("person");
  page.tools.person = (_button, exchange) => {
    const id = exchange?.dataset.id ?? START;
    if (dialog().dataset.exchange !== id) dialog().querySelector("[name=consent]").checked = false;
    dialog().dataset.exchange = id;
    dialog().querySelector("blockquote").textContent = exchange?.querySelector(".question").textContent ?? "";
    dialog().querySelector("[name=question]").disabled = Boolean(exchange);
    dialog().querySelector(".error").hidden = true;
    page.show(dialog());
  };
  page.forms.person = async (form) => {
    const id = dialog().dataset.exchange;
    const { consent, ...given } = Object.fromEntries(new FormData(form));
    const body = { ...given, ...(id !== START && { id }), language: document.documentElement.lang, consent: consent === "on" };
    const response = await page.send("ask-person", body).catch(() => null);
    if (!response?.ok) {
      const error = dialog().querySelector(".error");
      error.textContent = page.words()[response?.status === 404 ? "why.gone" : "person.failed"];
      error.hidden = false;
      return;
    }
    form.reset();
    dialog().close();
    remember("references", id, (await response.json()).reference);
    page.pressed();
    // No message of its own: it would cover the number.
    const place = document.querySelector(id === START ? ".welcome" : `.exchange[data-id="${CSS.escape(id)}"]`);
    place?.querySelector(".reference")?.scrollIntoView({ block: "nearest", behavior: page.calm() ? "auto" : "smooth" });
  };
})();
