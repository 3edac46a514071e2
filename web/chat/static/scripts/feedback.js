// Thumbs with a reason, and requests for a person.
(() => {
  const page = window.qiantang;
  const PLACES = { thumbs: "qiantang.thumbs", references: "qiantang.references", requests: "qiantang.requests" };
  const SENT = "qiantang.sent";
  const START = "start"; // in place of the id of an answer
  const known = { thumbs: {}, references: {}, requests: {} }; // for browsers without storage

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

  // The numbers of the requests about these answers.
  page.requested = (ids) => ids.map((id) => given("references")[id]).filter(Boolean);

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
  // A request has a number by which staff find it; it stays with the answer. What was sent is known until the tab is
  // closed, for others may use the same browser; later the request can still be replaced, under the id of its answer.
  const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "{}");
  const keepSent = () => sessionStorage.setItem(SENT, JSON.stringify(sent));
  page.unsend = (ids) => {
    for (const id of ids) delete sent[id];
    keepSent();
  };
  const idOf = (place) => sent[place]?.id ?? given("requests")[place] ?? (place === START ? "" : place);
  const contactGiven = (contact) => {
    const line = document.createElement("span");
    const [before, after] = page.words()[contact ? "person.contact_given" : "person.contact_wrong"].split("{contact}");
    const given = document.createElement("bdi");
    given.textContent = contact;
    const correct = document.createElement("button");
    Object.assign(correct, { type: "button", className: "quiet", textContent: page.words()["person.correct"] });
    correct.dataset.tool = "correct";
    line.append(before, given, after ?? "", " ", correct);
    return line;
  };

  const refer = (place, id) => {
    const reference = given("references")[id];
    const shown = place.querySelector(".reference");
    const contact = sent[id]?.fields.contact ?? "";
    if (!shown || (shown.dataset.reference === reference && shown.dataset.contact === contact)) return;
    Object.assign(shown.dataset, { reference: reference ?? "", contact });
    shown.textContent = reference ? page.words()["person.reference"].replace("{reference}", reference) : "";
    if (reference && idOf(id)) shown.append(contactGiven(contact));
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
  const open = (place, id, question) => {
    if (dialog().dataset.exchange !== id) dialog().querySelector("[name=consent]").checked = false;
    Object.assign(dialog().dataset, { place, exchange: id });
    const reference = id === START ? undefined : given("references")[place];
    dialog().toggleAttribute("data-correcting", Boolean(reference));
    dialog().querySelector(".hint.correcting").textContent = page.words()["person.correct_lead"].replace("{reference}", reference);
    dialog().querySelector("blockquote").textContent = question;
    dialog().querySelector("[name=question]").disabled = id !== START;
    dialog().querySelector(".error").hidden = true;
    page.show(dialog());
  };
  page.tools.person = (button, exchange) => {
    const id = exchange?.dataset.id ?? START;
    if (id !== START && given("references")[id]) return page.tools.correct(button, exchange);
    open(id, id, exchange?.querySelector(".question").textContent ?? "");
  };
  // The same request again replaces the first, whose number stays; the form says so.
  page.tools.correct = (_button, exchange) => {
    const place = exchange?.dataset.id ?? START;
    const { question, fields } = sent[place] ?? { question: exchange?.querySelector(".question").textContent ?? "" };
    open(place, idOf(place), question);
    for (const [name, value] of Object.entries(fields ?? {})) dialog().querySelector(`[name=${name}]`).value = value;
  };
  page.forms.person = async (form) => {
    const { place, exchange } = dialog().dataset;
    const { consent, question, ...fields } = Object.fromEntries(new FormData(form));
    const about = exchange === START ? { question } : { id: exchange };
    const body = { ...fields, ...about, language: document.documentElement.lang, consent: consent === "on" };
    const response = await page.send("ask-person", body).catch(() => null);
    if (!response?.ok) {
      const error = dialog().querySelector(".error");
      error.textContent = page.words()[response?.status === 404 ? "why.gone" : "person.failed"];
      error.hidden = false;
      return;
    }
    const { reference, id } = await response.json();
    sent[place] = { id, question: question ?? dialog().querySelector("blockquote").textContent, fields };
    remember("references", place, reference);
    remember("requests", place, id);
    keepSent(); // before the dialog closes: who reloads then has the number
    form.reset();
    dialog().close();
    page.pressed();
    // No message of its own: it would cover the number.
    const shown = document.querySelector(place === START ? ".welcome" : `.exchange[data-id="${CSS.escape(place)}"]`);
    shown?.querySelector(".reference")?.scrollIntoView({ block: "nearest", behavior: page.calm() ? "auto" : "smooth" });
  };
})();
