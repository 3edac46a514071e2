// Archive of conversations, stored only in this browser: open, rename, delete, save. Deleted conversations are also
// deleted on the server, by the ids of all answers that an entry ever had.
(() => {
  const page = window.qiantang;
  const PLACES = { past: "qiantang.conversations", owed: "qiantang.forget", lost: "qiantang.lost", gone: "qiantang.deleted" };
  const MOST = 100;
  const MOST_IDS = 5000;
  const ROOM = 2_000_000; // characters; browsers store at least 2.5 million for a page
  const AT_ONCE = 100;
  const SENT = 600_000; // characters of a conversation that is opened
  const dialog = () => document.getElementById("archive");

  const load = (place) => {
    try {
      const found = JSON.parse(localStorage.getItem(PLACES[place]));
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  };
  const store = (place, list) => {
    try {
      localStorage.setItem(PLACES[place], JSON.stringify(list));
      return true;
    } catch {
      return false;
    }
  };
  const note = (place, ids) => store(place, [...new Set([...load(place), ...ids])].slice(-MOST_IDS));

  const read = () => load("past").filter((each) => each?.id && each.answers?.length && each.ids);

  // Newest first. When the storage is full, the oldest are dropped, but their ids are kept.
  const write = (conversations) => {
    const kept = conversations.slice(0, MOST);
    const fits = () => JSON.stringify(kept).length <= ROOM && store("past", kept);
    let isStored = fits();
    while (!isStored && kept.length > 1) {
      kept.pop();
      isStored = fits();
    }
    if (kept.length < conversations.length) note("lost", conversations.slice(kept.length).flatMap((each) => each.ids));
    if (!isStored) page.say(page.words()["archive.full"]);
  };

  // An entry is continued if its last known answer is in the conversation, or was replaced there; also by a second tab,
  // which begins with the same answer and does not know what the first has asked since.
  page.remember = (answers) => {
    page.conversation = answers;
    if (answers?.length && answers.at(-1).complete) keep(answers);
  };
  page.rest = () => {
    if (page.conversation?.length) keep(page.conversation);
    page.rested?.();
  };

  const keep = (answers) => {
    const gone = new Set(load("gone"));
    const own = answers.filter((answer) => answer.id && !gone.has(answer.id));
    if (!own.length) return;
    const ids = own.map((answer) => answer.id);
    const isOwn = (answer) => ids.includes(answer.id) || page.replaced.includes(answer.id);
    const past = read();
    const begins = (each) => each.answers.some((answer) => answer.id === ids[0]);
    const known = past.find((each) => isOwn(each.answers.at(-1))) ?? past.find(begins);
    const place = known?.answers.findIndex(isOwn) ?? 0;
    const others = known?.answers.slice(place).filter((answer) => !isOwn(answer)) ?? [];
    const byTime = (one, other) => Date.parse(one.asked_at) - Date.parse(other.asked_at);
    const merged = others.length ? [...others, ...own].sort(byTime) : own;
    const fresh = ids.find((id) => !past.some((each) => each.ids.includes(id))) ?? ids[0];
    const entry = {
      id: known?.id ?? fresh,
      title: known?.title ?? own[0].question,
      at: merged.at(-1).asked_at,
      about: page.about ?? "",
      answers: [...(known?.answers.slice(0, place) ?? []), ...merged],
      ids: [...new Set([...(known?.ids ?? []), ...ids])],
    };
    write([entry, ...past.filter((each) => each !== known)]);
  };

  const when = (at) => new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

  // The words of the search may stand anywhere in questions and answers, in any order, with or without accents.
  const has = (said, words) => words.every((word) => page.bare(said).includes(word));
  const whole = (answer) => `${answer.question}\n${answer.text}`;
  const isMeant = (conversation, words) => has([conversation.title, ...conversation.answers.map(whole)].join("\n"), words);

  // The exchange that a search means: the first with all words, else with one; none if they stand in the name only.
  const meant = ({ answers }, words) =>
    words.length && (answers.find((answer) => has(whole(answer), words)) ??
      answers.find((answer) => words.some((word) => has(whole(answer), [word]))));

  const row = (conversation, words) => {
    const item = dialog().querySelector(".pattern li").cloneNode(true);
    item.dataset.conversation = conversation.id;
    item.querySelector("strong").textContent = conversation.title;
    item.querySelector("time").textContent = when(conversation.at);
    item.querySelector("time").dateTime = conversation.at;
    item.querySelector("small span").textContent = page.words()["archive.count"].replace("{count}", conversation.answers.length);
    for (const button of item.querySelectorAll(".manage button")) button.ariaLabel = `${button.title} · ${conversation.title}`;
    const hit = meant(conversation, words);
    if (hit) item.dataset.hit = hit.id;
    item.querySelector(".hit").textContent = hit && hit.question !== conversation.title ? hit.question : "";
    return item;
  };

  const sought = () => page.bare(dialog().querySelector(".search input").value).split(/\s+/).filter(Boolean);
  const list = () => {
    const past = read();
    const words = sought();
    const found = past.filter((each) => isMeant(each, words));
    dialog().querySelector("ol").replaceChildren(...found.map((each) => row(each, words)));
    dialog().querySelector(".search").hidden = !past.length;
    dialog().querySelector(".none").hidden = past.length > 0;
    dialog().querySelector(".unfound").hidden = !past.length || found.length > 0;
    dialog().querySelector("footer").hidden = !past.length;
  };
  document.addEventListener("input", (event) => event.target.closest?.("#archive .search") && list());

  const chosen = (button) => {
    const identity = button.closest("[data-conversation]").dataset.conversation;
    return read().find((each) => each.id === identity);
  };

  // Sends pending deletions to the server, one after the other; failed ones are sent again at the next visit.
  const settle = async () => {
    for (let owed = load("owed"); owed.length; owed = load("owed")) {
      const part = owed.slice(0, AT_ONCE);
      const response = await page.send("forget", { ids: part }).catch(() => null);
      if (response?.status !== 204 && response?.status !== 404) return false;
      store("owed", load("owed").filter((id) => !part.includes(id)));
    }
    return true;
  };

  const forget = async (conversations, others = []) => {
    const gone = conversations.map((each) => each.id);
    const ids = [...conversations.flatMap((each) => each.ids), ...others];
    note("gone", ids);
    page.unsend(ids);
    if (dialog().dataset.keeping) note("owed", ids);
    write(read().filter((each) => !gone.includes(each.id)));
    if (page.conversation?.some((answer) => ids.includes(answer.id))) page.call("masthead", "clear", {});
    list();
    dialog().querySelector("h2").focus();
    const done = await settle();
    page.say(page.words()[done ? "archive.deleted" : "archive.deleted_later"]);
  };

  page.tools.archive = () => {
    dialog().querySelector(".search input").value = "";
    list();
    page.show(dialog());
  };
  // A conversation that was searched opens at the exchange that was found, any other at its last one.
  page.tools.open = async (button) => {
    const { answers, about } = chosen(button), words = sought();
    const shown = button.closest("li").dataset.hit ?? answers.at(-1).id;
    dialog().close();
    await page.call("dialogs", "apply", { conversation: newest(answers), about });
    const exchange = document.querySelector(`.exchange[data-id="${CSS.escape(shown)}"]`);
    exchange?.querySelector(".asked").focus({ preventScroll: true }); // in the header, the focus would hide it below that
    exchange?.scrollIntoView({ block: "start" });
    page.mark(exchange, words);
  };

  // The page shows the newest part of a very long conversation, and says how many are only here.
  const newest = (answers) => {
    let size = 0;
    return [...answers].reverse().filter((each) => (size += JSON.stringify(each).length) <= SENT).reverse();
  };
  let top = { id: "", older: 0 };
  page.watch(() => {
    const first = document.querySelector("#past .exchange");
    if (!first || first.previousElementSibling) return;
    const { id } = first.dataset;
    if (top.id !== id) {
      const places = read().map((each) => each.answers.findIndex((answer) => answer.id === id));
      top = { id, older: Math.max(0, ...places) };
    }
    if (!top.older) return;
    const note = Object.assign(document.createElement("p"), { className: "hint left-out", role: "note" });
    note.textContent = page.words()["answer.left_out"].replace("{count}", top.older);
    first.before(note);
  });

  page.tools.rename = (button) => {
    const item = button.closest("li");
    const form = item.querySelector("form");
    form.hidden = !form.hidden;
    item.querySelector(".open").hidden = !form.hidden;
    form.querySelector("input").value = chosen(button).title;
    form.querySelector("input").select();
  };
  page.forms.archive = (form) => {
    const { id } = chosen(form);
    const title = form.querySelector("input").value.trim();
    write(read().map((each) => (each.id === id && title ? { ...each, title } : each)));
    list();
    dialog().querySelector(`[data-conversation="${id}"] .open`).focus();
  };
  // The server deletes requests to the staff with their answers.
  const sure = (question, ids) => {
    const requested = dialog().dataset.keeping ? page.requested(ids) : [];
    const also = requested.length ? page.words()["archive.withdraws"].replace("{reference}", requested.join(" · ")) : "";
    return page.sure(`${question} ${also}`.trim());
  };
  page.tools.delete = async (button) => {
    const conversation = chosen(button);
    const question = page.words()["archive.delete_sure"].replace("{title}", conversation.title);
    if (await sure(question, conversation.ids)) forget([conversation]);
  };
  page.tools["delete-all"] = async () => {
    const others = [...load("lost"), ...(page.conversation ?? []).map((answer) => answer.id)];
    const ids = [...new Set([...read().flatMap((each) => each.ids), ...others])];
    if (!(await sure(page.words()["archive.delete_all_sure"], ids))) return;
    forget(read(), others);
    store("lost", []);
  };
  page.tools["save-one"] = (button) => page.save([chosen(button)]);
  page.tools["save-all"] = () => page.save(read());

  settle();
  addEventListener("online", settle);
})();
