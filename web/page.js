// What Gradio leaves to the page: markers lead to their card, the newest question comes into view,
// the page carries its language, and Enter that ends an input method's composition sends nothing.
(() => {
  const show = (target) => {
    document.querySelectorAll(".card.current").forEach((card) => card.classList.remove("current"));
    target.classList.add("current");
    target.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
    target.focus({ preventScroll: true });
  };

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.marker, a.skip");
    if (!link) return;
    event.preventDefault();
    if (link.matches(".skip")) document.querySelector("#question textarea")?.focus();
    const target = document.getElementById(link.hash.slice(1));
    if (target?.matches(".card")) show(target);
  });

  for (const kind of ["keydown", "keypress"]) {
    document.addEventListener(kind, (event) => {
      if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopImmediatePropagation();
    }, true);
  }

  let latest = "";
  window.qiantang = {
    dressed() {
      const masthead = document.querySelector(".masthead");
      if (!masthead) return;
      document.documentElement.lang = masthead.dataset.language;
      document.title = masthead.dataset.title;
      document.querySelector("#question textarea")?.setAttribute("dir", "auto");
    },
    follow() {
      const exchange = document.querySelector("#current .exchange");
      if (!exchange || exchange.id === latest) return;
      latest = exchange.id;
      // On a phone the keyboard would cover the answer.
      if (matchMedia("(pointer: coarse)").matches) document.activeElement?.blur();
      exchange.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
    },
  };
})();
