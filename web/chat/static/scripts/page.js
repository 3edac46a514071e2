// Page functions that Gradio lacks: events of its blocks, language and direction of the document, messages, dialogs,
// scrolling to the newest question, and no sending when Enter ends the composition of an input method.
(() => {
  const triggers = {};
  const PATIENCE = 5000; // milliseconds until a sent question must appear
  let sent = 0;

  const written = () => document.querySelector("#current .answer[aria-busy='true']");
  const busy = () => Boolean(written()) || Date.now() - sent < PATIENCE;

  const page = (window.qiantang = {
    tools: {}, // actions of buttons with data-tool: (button, exchange) => …
    forms: {}, // actions of forms, by class or dialog
    replaced: [], // ids of answers replaced by a question in other words

    // Called by every block when it is ready: from then on its buttons and choices reach Python as events.
    reach(name, element, trigger) {
      triggers[name] = trigger;
      element.addEventListener("click", (click) => {
        const button = click.target.closest("[data-event]");
        if (button) page.call(name, button.dataset.event, { ...button.dataset });
      });
      element.addEventListener("change", ({ target }) => target.dataset.choice === "language" && page.speak(target));
      if (name === "current") opened();
    },

    // Sends an event of a block to Python. While an answer is running, no question is sent; events that leave the
    // conversation stop the answer first.
    async call(name, event, data) {
      if (busy() && (event === "clear" || name === "dialogs")) await stopped();
      if (busy()) return page.say(page.words()["page.busy"]);
      if (!navigator.onLine) return page.say(page.words()["page.offline"]);
      if (event === "edit" || (event === "select" && data.question)) sending();
      triggers[name]?.(event, data);
    },

    busy,

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

    show(dialog) {
      if (!dialog.open) modal(dialog);
      dialog.querySelector("h2").focus();
    },

    // Asks for confirmation of actions that cannot be undone.
    sure(question) {
      const dialog = document.getElementById("sure");
      dialog.querySelector("h2").textContent = question;
      dialog.returnValue = "no";
      modal(dialog);
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

    // Shows why a question is not answered; the next one can be asked at once.
    noticed() {
      if (document.querySelector("#notice [role='alert']")) sent = 0;
    },

    follow() {
      const exchange = document.querySelector("#current .exchange");
      if (written()) sent = 0;
      if (toast.textContent === page.words()["answer.searching"]) toast.classList.remove("shown");
      if (!exchange || exchange.dataset.id === page.latest) return;
      page.latest = exchange.dataset.id;
      sent = 0; // also for an answer that came so fast that it was never seen under way
      // On a phone the keyboard would cover the answer.
      if (matchMedia("(pointer: coarse)").matches) document.activeElement?.blur();
      if (document.activeElement === document.body) exchange.querySelector(".asked").focus({ preventScroll: true });
      exchange.scrollIntoView({ block: "start", behavior: page.calm() ? "auto" : "smooth" });
    },
  });

  const toast = document.createElement("p");
  toast.id = "toast";
  toast.setAttribute("role", "status");
  toast.dir = "auto";
  (document.body ?? document.documentElement).append(toast);

  // Each open dialog is an entry of the history, so that Back closes it instead of leaving the page. Going back takes a
  // moment: a dialog that opens meanwhile waits with its entry.
  const dialogs = [];
  let left = Promise.resolve();
  if (history.state?.dialogs) history.replaceState(null, ""); // the page was loaded again while one was open
  function modal(dialog) {
    dialog.showModal();
    left.then(() => {
      if (!dialog.open) return;
      dialogs.push(dialog);
      history.pushState({ dialogs: dialogs.length }, "");
    });
    dialog.addEventListener("close", () => {
      const place = dialogs.indexOf(dialog);
      if (place < 0) return; // Back has closed it
      dialogs.splice(place, 1);
      left = new Promise((resolve) => addEventListener("popstate", resolve, { once: true }));
      history.back();
    }, { once: true });
  }
  addEventListener("popstate", () => {
    while (dialogs.length > (history.state?.dialogs ?? 0)) dialogs.pop().close();
    // Forward comes to the entry of a dialog that was closed: the next one that opens must not take it for its own.
    if ((history.state?.dialogs ?? 0) > dialogs.length) history.replaceState(null, "");
  });

  // On a slow line it takes a while until the question appears.
  function sending() {
    const now = (sent = Date.now());
    setTimeout(() => sent === now && page.say(page.words()["answer.searching"]), 600);
  }

  // Ends the running answer, as the stop button does.
  async function stopped() {
    document.querySelector("#stop")?.click();
    for (let waited = 0; waited < PATIENCE && !document.querySelector("#ask")?.offsetParent; waited += 100) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    sent = 0;
  }

  // A shared link asks its question in a new conversation; then the address is reset.
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
    if (event.target.closest?.("#stop")) page.say(page.words()["page.stopping"]);
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

  // Browsers inside chat apps cannot print, even if they claim to.
  const isPrinting = typeof window.print === "function" && !/MicroMessenger/.test(navigator.userAgent);
  document.documentElement.classList.toggle("without-print", !isPrinting);

  for (const kind of ["keydown", "keypress"]) {
    document.addEventListener(kind, (event) => {
      if (event.key !== "Enter") return;
      if (event.isComposing || event.keyCode === 229) return event.stopImmediatePropagation();
      if (event.shiftKey || !event.target.value?.trim()) return;
      if (kind === "keydown" && event.target.closest?.(".rewrite")) {
        event.preventDefault();
        event.target.form.requestSubmit();
      }
      if (event.target.closest?.("#question")) asked(event, kind === "keydown");
    }, true);
  }
  document.addEventListener("click", (event) => {
    const question = document.querySelector("#question textarea");
    if (event.target.closest?.("#ask") && question?.value.trim()) asked(event, true);
  }, true);

  // Gradio sends typed questions itself; they are blocked while an answer is running or the page is offline.
  function asked(event, isFirst) {
    const reason = busy() && !(sent && !isFirst) ? "page.busy" : navigator.onLine ? "" : "page.offline";
    if (!reason) return isFirst && sending();
    event.preventDefault();
    event.stopImmediatePropagation();
    page.say(page.words()[reason]);
  }

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
    if (place >= 0) page.replaced = page.conversation.slice(place).map((each) => each.id);
    page.call(exchange.closest("#past, #current").id, "edit", { question, id: exchange.dataset.id });
  };
  page.tools.again = (_button, exchange) => page.forms.rewrite(exchange.querySelector(".rewrite"), exchange);
})();
