// In a frame of another web site (`embed.js`): the site hands over its language, and Escape closes the frame.
(() => {
  const page = window.qiantang;

  // The language of the site counts until another is chosen here.
  page.arrived = (language) => {
    const given = new URLSearchParams(location.search).get("lang");
    try {
      if (!given || given === localStorage.getItem("qiantang.handed")) return language;
      localStorage.setItem("qiantang.handed", given);
    } catch {
      // This browser stores nothing in frames of other sites.
    }
    return given;
  };

  // Not if Escape closes a dialog or ends a composition here.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || parent === window) return;
    if (!document.querySelector("dialog[open]")) parent.postMessage("qiantang:close", "*");
  });
})();
