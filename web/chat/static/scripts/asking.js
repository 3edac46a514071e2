// Questions follow one another: one is asked at a time, and none before the page has changed as it was wanted before,
// so that it belongs to the conversation in which it was asked.
(() => {
  const page = window.qiantang;
  page.MOST_LINKED = 5; // questions that a link asks
  const PATIENCE = 60_000; // milliseconds in which a stopped answer ends, and in which the page changes
  let isAsking = false;
  let moving = null; // while the page changes: what ends with it
  let stopping = null; // while an answer is stopped
  let letGo = () => {}; // Gradio has let go of a question
  let finish = () => {}; // a question has ended: with an answer, or stopped
  let held = null;
  let sent = ""; // the question of the last event

  page.replaced ??= []; // ids of answers replaced by a question in other words
  const replace = (ids) => {
    page.replaced = ids;
    page.keepReplaced?.();
  };
  page.busy = () => isAsking;
  page.isHolding = () => Boolean(held);

  const visible = (name) => document.getElementById(name)?.offsetParent && document.getElementById(name);

  // Gradio tells when a question leaves, also on a slow line, and when it takes the next one: after an answer, an error,
  // or a stop.
  page.begun = (inputs) => {
    const before = page.latest;
    const isTyped = inputs.length > 3;
    isAsking = true;
    if (isTyped) count(""); // Gradio empties the field without an event
    page.note?.((isTyped ? inputs[0] : sent ?? "").trim());
    setTimeout(() => isAsking && !page.isLost && page.latest === before && page.say(page.words()["answer.searching"]), 600);
    return inputs;
  };
  page.dropped = () => {
    finish(false);
    page.ended();
    letGo();
  };
  page.ended = () => {
    finish(true);
    isAsking = false;
    count(document.querySelector("#question textarea").value); // what was refused is still there
    page.note?.("");
    page.unsay("page.stopping");
  };

  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  // Gradio's stop ends when the search that runs has ended, and takes whatever is asked meanwhile with it: until then,
  // and until the page is drawn again, no question is sent.
  const stop = () => {
    page.note?.(""); // a reload asks nothing again that was stopped, also while its search goes on
    page.keepLinked?.([]);
    const gone = isAsking && new Promise((resolve) => (letGo = resolve));
    const drawn = new Promise((resolve) => (page.rested = resolve)).then(() => page.unsay("page.stopping"));
    stopping = Promise.race([Promise.all([gone, drawn]), pause(PATIENCE)]).then(() => (stopping = null));
  };

  const come = async (isThere) => {
    for (const until = Date.now() + PATIENCE; !isThere() && Date.now() < until; ) await pause(100);
  };

  // Ends the running answer, as the stop button does.
  const stopped = async () => {
    await come(() => !isAsking || visible("stop"));
    visible("stop")?.click();
    await stopping;
  };

  // A conversation that is left is hidden at once, and its answer is stopped.
  const move = async (send, isLeaving) => {
    await Promise.all([moving, stopping]);
    document.documentElement.classList.toggle("leaving", isLeaving);
    if (isLeaving) await stopped().then(() => replace([]));
    const done = new Promise((resolve) => (page.moved = resolve));
    send();
    await Promise.race([done, pause(PATIENCE)]);
    document.documentElement.classList.remove("leaving");
  };

  // Sends an event of a block to Python: a question (then true, if it was sent), or one that changes the page.
  page.call = async (name, event, data) => {
    const send = () => page.triggers[name]?.(event, data);
    const isLeaving = event === "clear" || name === "dialogs";
    const isQuestion = event === "edit" || Boolean(data.question);
    if (isQuestion) await Promise.all([moving, stopping]);
    if (isAsking && !isLeaving) return page.say(page.words()["page.busy"]);
    if (!navigator.onLine) return page.say(page.words()["page.offline"]);
    sent = data.question;
    if (isQuestion) return send(), true;
    const own = (moving = move(send, isLeaving));
    await own;
    if (moving === own) moving = null;
  };

  // Gradio sends typed questions itself, unless they must wait: then they are sent later, or stay in their field.
  const hold = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    return true;
  };
  const isHeld = (event) => {
    if (moving || stopping) {
      held ??= Promise.all([moving, stopping]).then(() => {
        held = null;
        visible("ask")?.click();
      });
      page.say(page.words()["answer.searching"]);
      return hold(event);
    }
    const reason = isAsking ? "page.busy" : navigator.onLine ? "" : "page.offline";
    if (reason) page.say(page.words()[reason]);
    return reason && hold(event);
  };

  let isEnterHeld = false;
  for (const kind of ["keydown", "keypress"]) {
    document.addEventListener(kind, (event) => {
      if (event.key !== "Enter") return;
      if (event.isComposing || event.keyCode === 229) return event.stopImmediatePropagation();
      if (event.shiftKey || !event.target.value?.trim()) return;
      if (kind === "keydown" && event.target.closest?.(".rewrite")) {
        event.preventDefault();
        event.target.form.requestSubmit();
      }
      if (!event.target.closest?.("#question")) return;
      if (kind === "keydown") isEnterHeld = isHeld(event);
      else if (isEnterHeld) hold(event);
    }, true);
  }
  document.addEventListener("click", (event) => {
    const question = document.querySelector("#question textarea");
    if (event.target.closest?.("#ask") && question?.value.trim()) isHeld(event);
    if (event.target.closest?.("#stop") && !stopping) {
      page.say(page.words()["page.stopping"]);
      stop();
    }
  }, true);

  // A message about the question goes when it is changed, and its length is shown before it reaches the limit.
  const count = (question) => {
    const longest = Number(document.getElementById("words")?.dataset.longest);
    const length = [...question.trim()].length;
    const field = document.getElementById("question");
    field.toggleAttribute("data-over", length > longest);
    if (length > 0.8 * longest) field.dataset.count = `${length} / ${longest}`;
    else delete field.dataset.count;
  };
  document.addEventListener("input", ({ target }) => {
    if (!target.closest?.("#question")) return;
    document.querySelectorAll("#notice p").forEach((each) => (each.hidden = true));
    count(target.value);
  });

  page.follow = () => {
    const exchange = document.querySelector("#current .exchange");
    page.unsay("answer.searching");
    if (!exchange || exchange.dataset.id === page.latest) return;
    page.latest = exchange.dataset.id;
    page.shown?.(page.latest);
    // On a phone the keyboard would cover the answer.
    if (matchMedia("(pointer: coarse)").matches) document.activeElement?.blur();
    if (document.activeElement === document.body) exchange.querySelector(".asked").focus({ preventScroll: true });
    exchange.scrollIntoView({ block: "start", behavior: page.calm() ? "auto" : "smooth" });
  };

  // Asks one question by `send`; true when it has its answer.
  const answered = async (send) => {
    const before = page.latest;
    const ended = new Promise((resolve) => (finish = resolve));
    return (await send()) && (await ended) && page.latest !== before;
  };

  // Asks the questions of a link one after the other, none after one that was stopped. `first` sends one before them. The
  // tab keeps those that have not begun, so that a reload goes on with them.
  let isLinking = false;
  page.askLinked = async (questions, { first, fresh = false } = {}) => {
    if (isLinking) return;
    isLinking = true;
    let isGoingOn = !first || (await answered(first));
    for (const [place, question] of questions.entries()) {
      if (!isGoingOn) break;
      page.keepLinked?.(questions.slice(place));
      const data = fresh && !place ? { question, fresh } : { question };
      isGoingOn = await answered(() => page.call("current", "select", data));
    }
    page.keepLinked?.([]);
    isLinking = false;
  };

  // A shared link asks its question in a new conversation, after those that it follows; then the address is reset.
  page.opened = async () => {
    const address = new URL(location.href);
    const questions = address.searchParams.getAll("q").map((each) => each.trim()).filter(Boolean).slice(-page.MOST_LINKED);
    if (!questions.length) return;
    address.searchParams.delete("q");
    history.replaceState(null, "", address);
    replace([]);
    await come(() => document.querySelector("#masthead .masthead"));
    page.askLinked(questions, { fresh: true });
  };

  // A question in other words replaces the one above it.
  page.tools.edit = (_button, exchange) => {
    const form = exchange.querySelector(".rewrite");
    form.hidden = !form.hidden;
    exchange.querySelector(".asked").hidden = !form.hidden;
    if (form.hidden) return exchange.querySelector(".edit").focus();
    form.querySelector(".hint").hidden = exchange.dataset.id === page.conversation?.at(-1)?.id;
    form.querySelector("textarea").value = exchange.querySelector(".question").textContent;
    form.querySelector("textarea").select();
  };
  page.forms.rewrite = (form, exchange) => {
    const question = form.querySelector("textarea").value;
    const place = page.conversation?.findIndex((each) => each.id === exchange.dataset.id) ?? -1;
    if (place >= 0) replace([...page.replaced, ...page.conversation.slice(place).map((each) => each.id)]);
    return page.call(exchange.closest("#past, #current").id, "edit", { question, id: exchange.dataset.id });
  };
  page.tools.again = (_button, exchange) => page.forms.rewrite(exchange.querySelector(".rewrite"), exchange);
})();
