// Page functions that Gradio lacks: events of its blocks, language and direction of the document, messages.
(() => {
  const page = (window.qiantang = {
    triggers: {}, // send an event of a block to Python, by the name of the block: (event, data) => …
    tools: {}, // actions of buttons with data-tool: (button, exchange) => …
    forms: {}, // actions of forms, by class or dialog

    // Called by every block when it is ready: from then on its buttons and choices reach Python as events.
    reach(name, element, trigger) {
      page.triggers[name] = trigger;
      element.addEventListener("click", (click) => {
        const button = click.target.closest("[data-event]");
        if (button) page.call(name, button.dataset.event, { ...button.dataset });
      });
      element.addEventListener("change", ({ target }) => target.dataset.choice === "language" && page.speak(target));
      if (name === "current") page.opened();
    },

    words: () => JSON.parse(document.getElementById("words").dataset.words),

    // Without a connection, that is the message that stays.
    say(text, language = document.documentElement.lang) {
      page.lift();
      toast.lang = language;
      toast.textContent = text;
      toast.classList.add("shown");
      clearTimeout(page.silence);
      page.silence = setTimeout(page.quieten, 4000);
    },

    // A message stands in the open dialog, which hides all else, also from screen readers.
    lift: () => ([...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body).append(toast),

    quieten() {
      if (page.isHolding()) {
        page.silence = setTimeout(page.quieten, 1000);
        return;
      }
      const lost = page.words()["page.disconnected"];
      if (navigator.onLine && !page.isLost) toast.classList.remove("shown");
      else if (toast.textContent !== lost) page.say(lost);
    },

    // Takes a message back that is not true any more.
    unsay(key) {
      if (toast.textContent === page.words()[key]) page.quieten();
    },

    async send(address, body) {
      return fetch(address, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    },

    // Calls `done` each time answers are rendered.
    watched: new Set(),
    watch(done) {
      page.watched.add(done);
      const room = document.getElementById("room");
      if (!room) return setTimeout(() => page.watch(done), 200);
      new MutationObserver(done).observe(room, { childList: true, subtree: true });
      done();
    },

    // The cards that tell of a quote, the one with its document's title first: over several questions that is an earlier one.
    cardsOf(quote) {
      const number = quote.id.split("-").at(-1);
      const title = quote.closest(".exchange").querySelector(`.title[data-numbers~="${number}"]`);
      return [...new Set([title, quote].map((each) => each.closest(".card")))];
    },

    calm: () => matchMedia("(prefers-reduced-motion: reduce)").matches,

    dressed() {
      const masthead = document.querySelector("#masthead .masthead");
      if (!masthead) return;
      page.drafts?.();
      document.documentElement.lang = masthead.dataset.language;
      document.documentElement.dir = masthead.dataset.direction;
      document.title = masthead.dataset.title;
      document.querySelector("#question textarea")?.setAttribute("dir", "auto");
      page.pressed();
    },

    // Gradio never removes its data from the browser.
    kept(name, value) {
      if (name === "about") page.about = value;
      if (!value?.length) localStorage.removeItem(name);
      page.ownTab?.(name);
      if (name === "conversation") page.remember(value);
    },
  });

  const toast = document.createElement("p");
  toast.id = "toast";
  toast.setAttribute("role", "status");
  toast.dir = "auto";
  (document.body ?? document.documentElement).append(toast);

  document.addEventListener("close", () => page.lift(), true);
  addEventListener("offline", () => page.quieten());
  addEventListener("online", () => page.say(page.words()["page.connected"]));

  // Gradio's own messages have English titles, and the one of a lost connection is English throughout: the page says them
  // instead. After that one Gradio tries until the server answers, then loads the page again.
  const heard = new WeakSet();
  const repeat = () => {
    const theirs = document.querySelector(".toast-wrap");
    if (!theirs) return setTimeout(repeat, 200);
    new MutationObserver(() => {
      for (const each of theirs.querySelectorAll(".toast-message-text")) {
        const text = each.textContent.trim();
        if (!text || heard.has(each)) continue;
        heard.add(each);
        page.isLost ||= text.startsWith("Connection to the server was lost");
        page.say(page.isLost ? page.words()["page.disconnected"] : text);
      }
    }).observe(theirs, { childList: true, subtree: true });
  };
  repeat();

  // Messages, whatever has the focus and an answer that is scrolled to stay between the header and the question field,
  // however high these are.
  const measured = new ResizeObserver((all) => {
    for (const { target } of all)
      document.documentElement.style.setProperty(`--${target.id}`, `${target.getBoundingClientRect().height}px`);
  });
  const measure = () => {
    const bars = ["masthead", "composer"].map((name) => document.getElementById(name));
    if (!bars.every(Boolean)) return setTimeout(measure, 200);
    bars.forEach((bar) => measured.observe(bar));
  };
  measure();

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("a.skip")) {
      event.preventDefault();
      document.querySelector("#question textarea")?.focus();
    }
    const button = event.target.closest?.("[data-tool]");
    if (button) page.tools[button.dataset.tool]?.(button, button.closest(".exchange"));
  });

  document.addEventListener("submit", (event) => {
    const name = event.target.className || event.target.closest("dialog")?.id;
    if (!page.forms[name]) return;
    event.preventDefault();
    page.forms[name](event.target, event.target.closest(".exchange"));
  });

  // From the countries and topics at a glance, which a phone cuts, to their lists.
  page.tools.choices = (glance) => {
    const lists = glance.closest(".welcome").querySelector(".covered");
    lists?.scrollIntoView({ block: "start", behavior: page.calm() ? "auto" : "smooth" });
  };

  // Browsers inside chat apps cannot print, even if they claim to.
  const isPrinting = typeof window.print === "function" && !/MicroMessenger/.test(navigator.userAgent);
  document.documentElement.classList.toggle("without-print", !isPrinting);
})();
