// Uploads the chosen or dropped files one after the other, with progress.
"use strict";

const form = document.querySelector("#add");
const drop = document.querySelector("#drop");
const picked = document.querySelector("#files");
const sending = document.querySelector("#sending");
const list = document.querySelector("#rows");
const words = form.dataset;
const queue = [];
let busy = false;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const rest = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

// A row for an upload: name, bar, status, button.
const row = (name) => {
  const item = document.createElement("li");
  const [title, bar, said, button] = ["b", "progress", "p", "button"].map((tag) => document.createElement(tag));
  title.textContent = name;
  bar.setAttribute("aria-label", name);
  said.textContent = words.queued;
  button.type = "button";
  button.className = "quiet small";
  button.textContent = words.stop;
  button.setAttribute("aria-label", `${words.stop}: ${name}`);
  item.append(title, bar, said, button);
  sending.append(item);
  return { item, bar, said, button, name };
};

const refuse = (shown, text) => {
  shown.item.className = "refused";
  shown.said.setAttribute("role", "alert");
  shown.bar.remove();
  shown.said.textContent = text;
  shown.button.textContent = words.dismiss;
  shown.button.setAttribute("aria-label", `${words.dismiss}: ${shown.name}`);
  shown.button.onclick = () => shown.item.remove();
};

const place = () => words.folder ?? (document.querySelector("#new-folder").value.trim() || document.querySelector("#folder").value);

const add = (file, folder = place(), name = file.name) => {
  const shown = row(name);
  const job = { file, shown, asked: new URLSearchParams({ name, folder, replaces: words.replaces ?? "", instead: words.instead ?? "" }), request: null };
  shown.button.onclick = () => {
    job.stopped = true;
    job.request?.abort();
    shown.item.remove();
  };
  queue.push(job);
  work();
};

// Asks the server before the upload if it would accept the file.
const may = async (job) => {
  for (;;) {
    const answer = await fetch(`${words.to}may?${job.asked}&size=${job.file.size}`);
    if (answer.redirected) location.reload(); // signed out
    if (answer.status !== 429) return answer.ok ? "" : (await answer.text());
    job.shown.said.textContent = await answer.text();
    await rest(5);
    if (job.stopped) return "";
  }
};

const send = (job) => new Promise((resolve) => {
  const request = job.request = new XMLHttpRequest();
  const began = Date.now();
  request.open("PUT", `${words.to}file?${job.asked}`);
  request.upload.onprogress = ({ loaded, total }) => {
    const left = Math.ceil((Date.now() - began) / 1000 * (total / loaded - 1));
    job.shown.bar.max = total;
    job.shown.bar.value = loaded;
    job.shown.said.textContent = loaded < total
      ? fill(words.percent, { percent: Math.floor(100 * loaded / total) }) + fill(words.left, { seconds: left })
      : words.checking;
  };
  request.onload = () => {
    if (request.status === 200) location.reload(); // signed out
    const ours = request.getResponseHeader("content-type")?.startsWith("text/plain");
    resolve(request.status === 204 ? "" : ours ? request.responseText : words.away);
  };
  request.onerror = () => resolve(words.away);
  request.onabort = () => resolve("");
  request.send(job.file);
});

const work = async () => {
  if (busy) return;
  busy = true;
  for (let job = queue.shift(); job; job = queue.shift()) {
    if (job.stopped) continue;
    const trouble = await may(job).then((refused) => refused || job.stopped ? refused : send(job), () => words.away);
    if (trouble) refuse(job.shown, trouble);
    else job.shown.item.remove();
    if (!list.querySelector("[data-running]")) renew(list);
  }
  busy = false;
};

const takePicked = () => {
  for (const file of picked.files) add(file);
  picked.value = "";
};
picked.addEventListener("change", takePicked);
takePicked(); // files chosen before this script was loaded

// Files may be dropped anywhere on the page; otherwise the browser would open them.
addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
addEventListener("dragleave", (event) => event.relatedTarget || drop.classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  const folders = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()?.isDirectory);
  [...event.dataTransfer.files].forEach((file, place) => {
    if (folders[place]) refuse(row(file.name), words.directory);
    else if (words.one && place) refuse(row(file.name), words.one);
    else add(file);
  });
});
addEventListener("beforeunload", (event) => {
  if (busy) event.preventDefault();
});

// Screen readers speak changes of the list; the focus is restored when the list is replaced.
let focused = "";
list.addEventListener("focusin", (event) => { focused = event.target.id; });
list.addEventListener("renewed", () => {
  const [state, text] = [document.querySelector("#state"), document.querySelector("#counts").innerText];
  if (state.textContent !== text) state.textContent = text;
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
});
document.addEventListener("focusin", (event) => { if (!list.contains(event.target)) focused = ""; });
