// What Gradio leaves to the page: events of its blocks, the language and direction of the document, messages,
// dialogs, the newest question in view, and Enter that ends an input method's composition sends nothing.
(() => {
  const triggers = {};
  const busy = () => document.querySelector("#current .answer[aria-busy='true']");

  const page = (window.qiantang = {
    tools: {}, // what a button with data-tool does: (button, exchange) => …
    forms: {}, // what sending a form of this class or in this dialog does

    // Called by every block when it is there: from now on its buttons and choices reach Python as events.
    reach(name, element, trigger) {
      triggers[name] = trigger;
      element.addEventListener("click", (click) => {
        const button = click.target.closest("[data-event]");
        if (button) page.call(name, button.dataset.event, { ...button.dataset });
      });
      element.addEventListener("change", (change) => {
        const choice = change.target.dataset.choice;
        if (choice === "language") {
          page.call(name, "select", { language: change.target.value });
          if (busy()) change.target.value = document.documentElement.lang;
        }
        if (choice === "about") page.call(name, "apply", { about: change.target.value });
      });
      if (name === "current") opened();
    },

    // An event of a block for Python. While an answer is being written only what ends it is let through.
    call(name, event, data) {
      if (!busy() || event === "clear" || name === "dialogs") return triggers[name]?.(event, data);
      page.say(page.words()["page.busy"]);
    },

    words: () => JSON.parse(document.getElementById("words").dataset.words),

    say(text) {
      const toast = document.getElementById("toast");
      toast.textContent = text;
      toast.classList.add("shown");
      clearTimeout(page.silence);
      page.silence = setTimeout(() => toast.classList.remove("shown"), 4000);
    },

    show(dialog) {
      if (!dialog.open) dialog.showModal();
      dialog.querySelector("h2").focus();
    },

    // Whether the person really wants it; for what cannot be undone.
    sure(question) {
      const dialog = document.getElementById("sure");
      dialog.querySelector("h2").textContent = question;
      dialog.returnValue = "no";
      dialog.showModal();
      return new Promise((resolve) => {
        dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
      });
    },

    async send(address, body) {
      return fetch(address, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    },

    calm: () => matchMedia("(prefers-reduced-motion: reduce)").matches,

    dressed() {
      const masthead = document.querySelector("#masthead .masthead");
      if (!masthead) return;
      document.documentElement.lang = masthead.dataset.language;
      document.documentElement.dir = masthead.dataset.direction;
      document.title = masthead.dataset.title;
      document.querySelector("#question textarea")?.setAttribute("dir", "auto");
    },

    follow() {
      const exchange = document.querySelector("#current .exchange");
      if (!exchange || exchange.dataset.id === page.latest) return;
      page.latest = exchange.dataset.id;
      // On a phone the keyboard would cover the answer.
      if (matchMedia("(pointer: coarse)").matches) document.activeElement?.blur();
      exchange.scrollIntoView({ block: "start", behavior: page.calm() ? "auto" : "smooth" });
    },
  });

  // A link that was shared opens its question in a new conversation; the address is then as it was.
  function opened() {
    const address = new URL(location.href);
    const question = address.searchParams.get("q");
    if (!question) return;
    address.searchParams.delete("q");
    history.replaceState(null, "", address);
    const asked = () => {
      if (!document.querySelector("#masthead .masthead")) return setTimeout(asked, 50);
      page.call("current", "select", { question, fresh: true });
    };
    asked();
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("a.skip")) {
      event.preventDefault();
      document.querySelector("#question textarea")?.focus();
    }
    const button = event.target.closest?.("[data-tool]");
    if (button) page.tools[button.dataset.tool]?.(button, button.closest(".exchange"));
    if (event.target.closest?.("[data-close]") || event.target.matches?.("dialog")) event.target.closest("dialog").close();
  });

  document.addEventListener("submit", (event) => {
    const name = event.target.className || event.target.closest("dialog")?.id;
    if (!page.forms[name]) return;
    event.preventDefault();
    page.forms[name](event.target, event.target.closest(".exchange"));
  });

  // The views of chat apps have no printing, whatever they say.
  const isPrinting = typeof window.print === "function" && !/MicroMessenger/.test(navigator.userAgent);
  document.documentElement.classList.toggle("without-print", !isPrinting);

  for (const kind of ["keydown", "keypress"]) {
    document.addEventListener(kind, (event) => {
      if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopImmediatePropagation();
    }, true);
  }

  // A question in other words takes the place of the one above it.
  page.tools.edit = (_button, exchange) => {
    const form = exchange.querySelector(".rewrite");
    form.hidden = !form.hidden;
    exchange.querySelector(".asked").hidden = !form.hidden;
    if (!form.hidden) form.querySelector("textarea").select();
    else exchange.querySelector(".edit").focus();
  };
  page.forms.rewrite = (form, exchange) => {
    const question = form.querySelector("textarea").value;
    page.call(exchange.closest("#past, #current").id, "edit", { question, number: exchange.dataset.number });
  };
})();
