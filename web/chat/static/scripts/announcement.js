// A dismissed notice stays hidden for the visit, also after it is rendered again.
(() => {
  const KEY = "dismissed";
  const hide = (key) => {
    if (!/^[0-9a-f]{16}$/.test(key ?? "")) return;
    const rule = document.createElement("style");
    rule.textContent = `.banner[data-key="${key}"] { display: none !important; }`;
    document.head.append(rule);
  };
  hide(sessionStorage.getItem(KEY));
  window.qiantang.tools.dismiss = (button) => {
    const { key } = button.closest(".banner").dataset;
    sessionStorage.setItem(KEY, key);
    hide(key);
    document.querySelector("#question textarea")?.focus({ preventScroll: true });
  };
})();
