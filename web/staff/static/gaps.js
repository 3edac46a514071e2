// When the questions of a gap have been asked again, the whole page tells what became of it.
"use strict";

document.addEventListener("renewed", (event) => {
  if (event.target.dataset.ends === "reload" && !event.target.querySelector("[data-running]")) location.reload();
});
