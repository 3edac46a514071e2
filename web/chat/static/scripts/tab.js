// What belongs to one tab: its conversation, also after a reload, the question that is not sent yet, and the answer that
// a reload interrupts: it is asked for again.
(() => {
  const page = window.qiantang;
  const STATES = ["conversation", "about"];
  const own = (name) => `qiantang.tab.${name}`;
  const DRAFT = "qiantang.draft";
  const BROKEN = "qiantang.broken";
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
  document.addEventListener("visibilitychange", keep);
  addEventListener("pagehide", () => {
    keep();
    if (page.busy()) sessionStorage.setItem(BROKEN, "true");
  });

  page.watch(() => {
    keep(); // what was sent is no draft
    const again = sessionStorage.getItem(BROKEN) && document.querySelector("#past .exchange:last-child [data-tool=again]");
    if (!again) return;
    sessionStorage.removeItem(BROKEN);
    again.click();
  });
})();
