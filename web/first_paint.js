// The static block gives way to Gradio's page once that is there, and hands over what was being written.
(() => {
  const gradio = (selector) => document.querySelector(`gradio-app ${selector}`);
  let composing = false;

  const handOver = (first) => {
    const written = first.querySelector("input");
    const focused = document.activeElement;
    const question = gradio("#question textarea");
    if (question && written.value !== written.defaultValue) {
      question.value = written.value;
      question.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const at = written.selectionStart;
    const example = [...document.querySelectorAll("gradio-app [data-question]")]
      .find((button) => button.dataset.question === focused.dataset.question);
    first.remove();
    window.qiantang?.dressed(); // found two mastheads until now
    if (focused === written && question) {
      question.focus({ preventScroll: true });
      question.setSelectionRange(at, at);
    } else if (focused.dataset.question) example?.focus({ preventScroll: true });
  };

  const look = () => {
    const first = document.getElementById("first");
    if (!first || composing || !gradio(".masthead") || !gradio("#question textarea")) return;
    watch.disconnect();
    // Welcome, field and buttons are filled together with the masthead: one frame later all of it stands.
    requestAnimationFrame(() => handOver(first));
  };
  const watch = new MutationObserver(look);
  watch.observe(document, { childList: true, subtree: true });

  // What an input method is still composing would be lost.
  document.addEventListener("compositionstart", () => { composing = true; });
  document.addEventListener("compositionend", () => { composing = false; look(); });

  window.firstPaint = {
    dark() {
      const theme = new URLSearchParams(location.search).get("__theme");
      const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      if ((theme || system) === "dark") document.body.classList.add("dark");
    },
  };
})();
