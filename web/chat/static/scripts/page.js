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

    // Shown above an open dialog, because a dialog hides all else, also from screen readers.
    say(text, language = document.documentElement.lang) {
      (document.querySelector("dialog[open]") ?? document.body).append(toast);
      toast.lang = language;
      toast.textContent = text;
      toast.classList.add("shown");
      clearTimeout(page.silence);
      page.silence = setTimeout(() => toast.classList.remove("shown"), 4000);
    },

    // Takes a message back that is not true any more.
    unsay(key) {
      if (toast.textContent === page.words()[key]) toast.classList.remove("shown");
    },

    async send(address, body) {
      return fetch(address, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    },

    // Calls `done` each time answers are rendered.
    watch(done) {
      const room = document.getElementById("room");
      if (!room) return setTimeout(() => page.watch(done), 200);
      new MutationObserver(done).observe(room, { childList: true, subtree: true });
      done();
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

  // Browsers inside chat apps cannot print, even if they claim to.
  const isPrinting = typeof window.print === "function" && !/MicroMessenger/.test(navigator.userAgent);
  document.documentElement.classList.toggle("without-print", !isPrinting);
})();
