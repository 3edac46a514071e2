// The language of the page. It stays while an answer is written, which would lose its place; then the page is switched.
// Until then it says so in the language chosen: whoever switches may not read the other one.
(() => {
  const page = window.qiantang;
  const LOOK_AGAIN = 200; // milliseconds
  let wanted = "";

  const settle = () => {
    if (page.busy() || !document.querySelector("#ask")?.offsetParent) return setTimeout(settle, LOOK_AGAIN);
    if (wanted !== document.documentElement.lang) page.call("masthead", "select", { language: wanted });
    wanted = "";
  };

  page.speak = (choice) => {
    const isWaiting = Boolean(wanted);
    wanted = choice.value;
    if (page.busy()) page.say(choice.selectedOptions[0].dataset.later, wanted);
    if (!isWaiting) settle();
  };
})();
