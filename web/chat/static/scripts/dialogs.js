// Dialogs: each open one is an entry of the history, so that Back closes it instead of leaving the page. Going back takes
// a moment: a dialog that opens meanwhile waits with its entry.
(() => {
  const page = window.qiantang;
  const dialogs = [];
  const report = () => parent !== window && parent.postMessage({ qiantangDialogs: dialogs.length }, "*"); // to `embed.js`
  let left = Promise.resolve();
  if (history.state?.dialogs) history.replaceState(null, ""); // the page was loaded again while one was open
  report();

  const modal = (dialog) => {
    dialog.showModal();
    page.lift();
    left.then(() => {
      if (!dialog.open) return;
      dialogs.push(dialog);
      history.pushState({ dialogs: dialogs.length }, "");
      report();
    });
    dialog.addEventListener("close", () => {
      const place = dialogs.indexOf(dialog);
      if (place < 0) return; // Back has closed it
      dialogs.splice(place, 1);
      left = new Promise((resolve) => addEventListener("popstate", resolve, { once: true }));
      history.back();
    }, { once: true });
  };

  addEventListener("popstate", () => {
    while (dialogs.length > (history.state?.dialogs ?? 0)) dialogs.pop().close();
    // Forward comes to the entry of a dialog that was closed: the next one that opens must not take it for its own.
    if ((history.state?.dialogs ?? 0) > dialogs.length) history.replaceState(null, "");
    report();
  });

  page.show = (dialog) => {
    if (!dialog.open) modal(dialog);
    dialog.querySelector("h2").focus();
  };

  // Asks for confirmation of actions that cannot be undone.
  page.sure = (question) => {
    const dialog = document.getElementById("sure");
    dialog.querySelector("h2").textContent = question;
    dialog.returnValue = "no";
    modal(dialog);
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  };

  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("[data-close]") || target.matches?.("dialog")) target.closest("dialog").close();
  });
})();
