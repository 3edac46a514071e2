// Puts the assistant on a page of another web site: a button, and a dialog with the chat in a frame. On a phone the
// dialog fills the screen. Escape and Back close it. The page of the chat is loaded when the button is first used.
(() => {
  const { origins, texts, foreign } = GIVEN;
  const script = document.currentScript;
  const home = new URL(".", script.src); // also under a sub-path
  const MARK = "qiantangAssistant"; // of our entry in the history of the page
  if (![...origins, home.origin].includes(location.origin)) {
    return console.warn(`${location.origin} may not show the assistant. Name it in ASSISTANT_EMBED_ORIGINS at ${home.origin}.`);
  }
  if (window[MARK]) return;
  window[MARK] = true;

  const spoken = (document.documentElement.lang || navigator.language || "").toLowerCase().split(/[-_]/)[0];
  const language = texts[spoken] ? spoken : foreign;
  const words = texts[language];

  // A style sheet made by a script passes where the policy of the page forbids inline styles.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; }
    * { box-sizing: border-box; font: 16px/1.4 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif; }
    button, a { display: grid; place-items: center; min-width: 44px; min-height: 44px; border: 0; border-radius: 10px; background: none; color: #fff; text-decoration: none; cursor: pointer; }
    svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    :focus-visible { outline: 3px solid #fff; outline-offset: -3px; }
    #open { position: fixed; z-index: 2147483646; inset-block-end: max(20px, env(safe-area-inset-bottom)); inset-inline-end: 20px; grid-auto-flow: column; gap: 8px; min-height: 52px; padding: 0 18px; border-radius: 999px; background: #084f59; font-weight: 600; box-shadow: 0 4px 18px rgb(0 20 26 / 35%); }
    #open:focus-visible { outline: 3px solid #084f59; outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
    [hidden] { display: none !important; }
    button:hover, a:hover { background: #0b6672; }
    dialog { position: fixed; z-index: 2147483647; inset: auto; inset-block-end: 20px; inset-inline-end: 20px; width: 440px; height: min(760px, calc(100dvh - 40px)); max-width: none; max-height: none; margin: 0; padding: 0; border: 0; border-radius: 16px; overflow: hidden; background: #084f59; color: #fff; box-shadow: 0 18px 60px rgb(0 20 26 / 40%); overscroll-behavior: contain; }
    dialog[open] { display: grid; grid-template-rows: auto 1fr; }
    dialog::backdrop { background: #084f59; }
    header { display: flex; align-items: center; padding: 2px 4px; padding-inline-start: 16px; }
    h2 { flex: 1; margin: 0; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    iframe { width: 100%; height: 100%; border: 0; background: #f6f8f7; }
    @media (max-width: 640px), (max-height: 480px) {
      dialog { inset: 0; width: 100vw; height: 100dvh; border-radius: 0; }
    }
    @media (prefers-color-scheme: dark) { iframe { background: #0e1a1e; } }
    @media print { #open, dialog { display: none !important; } }
  `);

  const drawn = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const icon = (path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS(svg.namespaceURI, "path"));
    svg.firstChild.setAttribute("d", path);
    return svg;
  };
  const named = (element, name) => {
    element.setAttribute("aria-label", name);
    element.title = name;
    return element;
  };

  const address = new URL(home);
  address.searchParams.set("lang", language);
  const open = drawn("button", { id: "open", type: "button" }, icon("M4 5h16v11H9l-5 4z"), words.open);
  open.setAttribute("aria-haspopup", "dialog");
  open.setAttribute("aria-expanded", "false");
  const alone = named(drawn("a", { href: address.href, target: "_blank", rel: "noopener" }, icon("M14 4h6v6M20 4l-9 9M18 14v6H4V6h6")), words.alone);
  const close = named(drawn("button", { type: "button" }, icon("M6 6l12 12M18 6L6 18")), words.close);
  const title = drawn("h2", { id: "title" }, words.name);
  const frame = drawn("iframe", { title: words.name, allow: "clipboard-write; web-share", loading: "eager" });
  const dialog = drawn("dialog", { lang: language, dir: words.dir }, drawn("header", {}, title, alone, close), frame);
  dialog.setAttribute("aria-labelledby", "title");

  const fillsScreen = () => matchMedia("(max-width: 640px), (max-height: 480px)").matches;
  let overflow = null; // of the page, while the dialog fills the screen
  let inside = 0; // open dialogs of the chat: each has an entry in the history above ours

  open.onclick = () => {
    if (!frame.src) frame.src = address.href;
    open.hidden = true;
    open.setAttribute("aria-expanded", "true");
    if (fillsScreen()) {
      overflow = document.documentElement.style.overflow;
      document.documentElement.style.overflow = "hidden";
      dialog.showModal();
    } else dialog.show();
    history.pushState({ ...history.state, [MARK]: true }, "");
    frame.focus();
  };

  // The frame stays as it is, so that the conversation goes on when it is opened again.
  dialog.onclose = () => {
    if (overflow !== null) document.documentElement.style.overflow = overflow;
    overflow = null;
    open.hidden = false;
    open.setAttribute("aria-expanded", "false");
    open.focus();
    if (history.state?.[MARK]) history.go(-1 - inside);
  };
  dialog.onkeydown = (event) => event.key === "Escape" && dialog.close();
  close.onclick = () => dialog.close();
  addEventListener("popstate", () => history.state?.[MARK] || dialog.close());
  // Keys that are pressed in a frame of another origin do not reach this page: the chat reports Escape,
  // and how many of its dialogs are open; Back closes them.
  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== home.origin) return;
    if (event.data === "qiantang:close") dialog.close();
    if (Number.isInteger(event.data?.qiantangDialogs)) inside = event.data.qiantangDialogs;
  });

  const place = () => {
    const host = drawn("div");
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    open.lang = language;
    open.dir = words.dir;
    root.append(open, dialog);
    document.body.append(host);
    if (history.state?.[MARK]) history.replaceState({ ...history.state, [MARK]: undefined }, ""); // reloaded while open
  };
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place, { once: true });
})();
