// A browser may forbid to store anything, mostly in a frame of another site. What is kept then ends with the page.
for (const name of ["localStorage", "sessionStorage"]) {
  try {
    window[name].length;
  } catch {
    const kept = new Map();
    const getItem = (key) => kept.get(key) ?? null;
    const setItem = (key, value) => kept.set(key, String(value));
    Object.defineProperty(window, name, { value: { getItem, setItem, removeItem: (key) => kept.delete(key) } });
  }
}

// Replaces the prerendered block by Gradio's page when that is ready, and hands over the typed text.
(() => {
  const EMPTY = 100; // characters of an empty conversation in Gradio's encryption, with some margin
  const gradio = (selector) => document.querySelector(`gradio-app ${selector}`);
  let composing = false;

  const handOver = (first) => {
    const written = first.querySelector("input");
    const focused = document.activeElement || document.body;
    const question = gradio("#question textarea");
    if (question && written.value !== written.defaultValue) {
      question.value = written.value;
      question.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const at = written.selectionStart;
    const example = [...document.querySelectorAll("gradio-app [data-question]")]
      .find((button) => button.dataset.question === focused.dataset.question);
    first.remove();
    window.qiantang?.dressed(); // until now it found two mastheads
    if (focused === written && question) {
      question.focus({ preventScroll: true });
      question.setSelectionRange(at, at);
    } else if (focused.dataset.question) example?.focus({ preventScroll: true });
  };

  const look = () => {
    const first = document.getElementById("first");
    if (!first || composing || !gradio(".masthead") || !gradio("#question textarea")) return;
    watch.disconnect();
    // Welcome, field and buttons are filled together with the masthead: one frame later all is ready.
    requestAnimationFrame(() => handOver(first));
  };
  const watch = new MutationObserver(look);
  watch.observe(document, { childList: true, subtree: true });

  // Text that an input method is still composing would be lost.
  document.addEventListener("compositionstart", () => { composing = true; });
  document.addEventListener("compositionend", () => { composing = false; look(); });

  // Set before Gradio does it: the colour scheme, and a stored conversation that will replace the welcome.
  const theme = new URLSearchParams(location.search).get("__theme");
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.body.classList.toggle("dark", theme === "dark" || (dark && theme !== "light"));
  const state = document.getElementById("first").classList;
  state.add("scripted");
  document.querySelector(`#first .banner[data-key="${sessionStorage.getItem("dismissed")}"]`)?.remove();
  state.toggle("returning", (localStorage.getItem("conversation") || "").length > EMPTY);
})();
