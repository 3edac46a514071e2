// What belongs to one tab: its conversation and the place that is read, also after a reload, the question that is not sent
// yet, and the answer that a reload or a lost connection interrupts: it is asked for again, in the place of what it replaced,
// and then what a link asks after it.
(() => {
  const page = window.qiantang;
  const STATES = ["conversation", "about"];
  const own = (name) => `qiantang.tab.${name}`;
  const DRAFT = "qiantang.draft";
  const RUNNING = "qiantang.running";
  const SHOWN = "qiantang.shown"; // id of the exchange in which the running question stands; none before it is shown
  const LINKED = "qiantang.linked"; // questions of a link that have not begun
  const REPLACED = "qiantang.replaced";
  const PLACE = "qiantang.place"; // the exchange that is read, and how far below the top of the view it begins
  const field = () => document.querySelector("gradio-app #question textarea");

  // Gradio stores its state for all tabs at one place: the last tab wins. Before it starts, this tab puts its own there.
  for (const name of STATES) {
    const stored = sessionStorage.getItem(own(name));
    if (stored) localStorage.setItem(name, stored);
    else if (stored === "") localStorage.removeItem(name);
  }
  page.ownTab = (name) => setTimeout(() => sessionStorage.setItem(own(name), localStorage.getItem(name) ?? ""));

  let isFilled = false;
  page.drafts = () => {
    if (isFilled || !field() || document.getElementById("first")) return;
    isFilled = true;
    const draft = sessionStorage.getItem(DRAFT);
    if (!draft || field().value) return;
    field().value = draft;
    field().dispatchEvent(new Event("input", { bubbles: true }));
  };

  // With each letter and when the tab is left: a phone ends tabs in the background without a word.
  const keep = () => isFilled && field() && sessionStorage.setItem(DRAFT, field().value);
  document.addEventListener("input", ({ target }) => target === field() && keep());
  for (const left of ["visibilitychange", "pagehide"]) addEventListener(left, () => (keep(), keepPlace()));
  page.watch(keep); // what was sent is no draft

  // The browser would scroll by pixels before the answers are drawn, and end among the first of them.
  history.scrollRestoration = "manual";
  let isDrawn = false;
  const topOf = (exchange) => exchange.getBoundingClientRect().top;
  const keepPlace = () => {
    if (!isDrawn) return;
    const read = [...document.querySelectorAll(".exchange")].findLast((each) => topOf(each) < innerHeight / 2);
    sessionStorage.setItem(PLACE, read ? JSON.stringify([read.dataset.id, topOf(read)]) : "");
  };
  const goBack = () => {
    for (const done of page.watched) done(); // what they add to the answers counts in the place
    isDrawn = true;
    const [id, top] = JSON.parse(sessionStorage.getItem(PLACE) || "[]");
    const read = id && document.querySelector(`.exchange[data-id="${CSS.escape(id)}"]`);
    if (read) scrollBy({ top: topOf(read) - top, behavior: "instant" });
  };

  // Asked again once: a question that ends the server each time must not come back for ever.
  let repeated = "";
  const linked = () => JSON.parse(sessionStorage.getItem(LINKED) ?? "[]");
  page.keepLinked = (questions) => sessionStorage.setItem(LINKED, JSON.stringify(questions));
  if (new URLSearchParams(location.search).has("q")) page.keepLinked([]); // another link was opened in this tab
  page.note = (question) => {
    if (question && question === repeated) page.keepLinked([]);
    else if (question && question === linked()[0]) page.keepLinked(linked().slice(1));
    sessionStorage.removeItem(SHOWN);
    sessionStorage.setItem(RUNNING, question === repeated ? "" : question);
  };
  page.shown = (id) => sessionStorage.setItem(SHOWN, id);
  const question = sessionStorage.getItem(RUNNING); // on a slow line a link's question runs before the page is loaded
  page.loaded = () => {
    goBack();
    const last = document.querySelector("#past .exchange:last-child");
    if (!question || page.busy()) return page.askLinked(linked());
    // Personal data in a question are masked where it is shown: it is asked again as it stands there.
    const isThere = last?.dataset.id === sessionStorage.getItem(SHOWN);
    repeated = isThere ? last.querySelector(".question").textContent.trim() : question;
    page.note("");
    const again = last?.querySelector("[data-tool=again]");
    const askAgain = () => page.tools.again(again, last);
    const first = isThere ? again && askAgain : () => page.call("current", "select", { question });
    page.askLinked(linked(), { first });
  };

  page.replaced = JSON.parse(sessionStorage.getItem(REPLACED) ?? "[]");
  page.keepReplaced = () => sessionStorage.setItem(REPLACED, JSON.stringify(page.replaced));
})();
