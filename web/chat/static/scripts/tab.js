// What belongs to one tab: its conversation, also after a reload, and the question that is not sent yet.
(() => {
  const page = window.qiantang;
  const STATES = ["conversation", "about"];
  const own = (name) => `qiantang.tab.${name}`;
  const DRAFT = "qiantang.draft";
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
  addEventListener("pagehide", () => field() && sessionStorage.setItem(DRAFT, field().value));
})();
