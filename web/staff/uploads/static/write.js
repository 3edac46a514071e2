// Buttons that write Markdown for the clerk, and the page as it would be read, beside the text.
"use strict";

const form = document.getElementById("page"), area = document.getElementById("text");
const PAUSE = 500; // milliseconds without a key until the page is drawn again
for (const tools of document.querySelectorAll(".tools")) tools.hidden = false;

// Puts text in place of a range, as if it had been typed: the browser's own undo takes it back.
const put = (start, end, text) => {
  area.focus();
  area.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
};
const lineStart = (place) => area.value.lastIndexOf("\n", place - 1) + 1;
const lineEnd = (place) => { const end = area.value.indexOf("\n", place); return end < 0 ? area.value.length : end; };

// The marks before each line of the selection; pressed again, they go.
const MARKS = { heading: () => "## ", subheading: () => "### ", list: () => "- ", numbers: (number) => `${number + 1}. ` };
const HAS = { heading: /^## /, subheading: /^### /, list: /^- /, numbers: /^\d+\. / };
const mark = (what) => {
  const start = lineStart(area.selectionStart), end = lineEnd(area.selectionEnd);
  const lines = area.value.slice(start, end).split("\n");
  const isMarked = lines.every((line) => HAS[what].test(line));
  const bare = lines.map((line) => line.replace(/^(?:#{1,6} |- |\d+\. )/, ""));
  put(start, end, isMarked ? bare.join("\n") : bare.map((line, number) => MARKS[what](number) + line).join("\n"));
};

const bold = () => {
  const { selectionStart: start, selectionEnd: end } = area;
  put(start, end, `**${area.value.slice(start, end)}**`);
  if (start === end) area.setSelectionRange(start + 2, start + 2);
};

const table = () => {
  const { cell, column } = area.dataset, end = lineEnd(area.selectionEnd);
  const row = (text) => `| ${text} 1 | ${text} 2 |\n`;
  put(end, end, `\n\n${row(column)}| --- | --- |\n${row(cell)}${row(cell)}`.trimEnd());
};

const basis = () => {
  const name = document.getElementById("basis"), article = document.getElementById("article");
  const options = [...document.getElementById("bases").options], typed = name.value.trim();
  const holding = typed ? options.filter((each) => each.value.includes(typed)) : []; // a number or a title alone is enough
  const known = options.find((each) => each.value === typed) ?? (holding.length === 1 ? holding[0] : undefined);
  name.setCustomValidity(known ? "" : name.dataset.none);
  if (!name.reportValidity()) return;
  let end = lineEnd(area.selectionEnd);
  const line = area.value.slice(lineStart(area.selectionEnd), end);
  if (/\|\s*$/.test(line)) end -= line.length - line.lastIndexOf("|"); // in a table: at the end of the last cell
  put(end, end, `[^${[known.dataset.id, article.value.trim()].filter(Boolean).join(" ")}]`);
};

// Selects the next hint of the template, so that typing replaces it.
const HINT = /〔[^〕\d\n][^〕\n]*〕|\[[A-Z][^\]\n]{7,}\](?!\()/g;
const hint = () => {
  const found = [...area.value.matchAll(HINT)];
  const next = found.find((each) => each.index >= area.selectionEnd) ?? found[0];
  if (!next) return;
  area.focus();
  area.setSelectionRange(next.index, next.index + next[0].length);
};

const DO = { bold, table, basis, hint };
document.addEventListener("click", (event) => {
  const what = event.target.closest("[data-insert]")?.dataset.insert;
  if (what) (DO[what] ?? (() => mark(what)))();
});
document.getElementById("basis").addEventListener("input", (event) => event.target.setCustomValidity(""));

let waiting = 0, last = null;
const draw = async () => {
  last?.abort();
  last = new AbortController();
  const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: last.signal }).catch(() => null);
  if (answer?.ok && !answer.redirected) document.getElementById("preview").innerHTML = await answer.text();
};
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(draw, PAUSE);
});
