// Past conversations, kept in this browser only: open, rename, delete, save. The first answer's id names each.
(() => {
  const page = window.qiantang;
  const PLACE = "qiantang.conversations";
  const MOST = 100;
  const ROOM = 3_000_000; // characters, of the 5 million that a browser gives a page
  const dialog = () => document.getElementById("archive");

  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(PLACE)) ?? [];
    } catch {
      return [];
    }
  };

  // Newest first; where there is no more room the oldest go.
  const write = (conversations) => {
    const kept = conversations.slice(0, MOST);
    let text = JSON.stringify(kept);
    while (text.length > ROOM && kept.length > 1) {
      kept.pop();
      text = JSON.stringify(kept);
    }
    try {
      localStorage.setItem(PLACE, text);
    } catch {
      page.say(page.words()["archive.full"]);
    }
  };

  page.remember = (answers) => {
    page.conversation = answers;
    const identity = answers?.[0]?.id;
    if (!identity || !answers.at(-1).complete) return;
    const past = read();
    const known = past.find((each) => each.id === identity);
    const at = answers.at(-1).asked_at;
    write([{ title: answers[0].question, ...known, id: identity, at, answers }, ...past.filter((each) => each !== known)]);
  };

  const when = (at) => new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

  const entry = (conversation) => {
    const item = dialog().querySelector("template").content.firstElementChild.cloneNode(true);
    item.dataset.conversation = conversation.id;
    item.querySelector("strong").textContent = conversation.title;
    item.querySelector("time").textContent = when(conversation.at);
    item.querySelector("time").dateTime = conversation.at;
    item.querySelector("small span").textContent = page.words()["archive.count"].replace("{count}", conversation.answers.length);
    return item;
  };

  const list = () => {
    const past = read();
    dialog().querySelector("ol").replaceChildren(...past.map(entry));
    dialog().querySelector(".none").hidden = past.length > 0;
    dialog().querySelector("footer").hidden = !past.length;
  };

  const chosen = (button) => {
    const identity = button.closest("[data-conversation]").dataset.conversation;
    return read().find((each) => each.id === identity);
  };

  // What is deleted here is deleted on the server as well.
  const forget = (conversations) => {
    const gone = conversations.map((each) => each.id);
    write(read().filter((each) => !gone.includes(each.id)));
    const ids = conversations.flatMap((each) => each.answers.map((answer) => answer.id));
    for (let first = 0; first < ids.length; first += 100) page.send("forget", { ids: ids.slice(first, first + 100) });
    if (gone.includes(page.conversation?.[0]?.id)) page.call("masthead", "clear", {});
    list();
    page.say(page.words()["archive.deleted"]);
  };

  page.tools.archive = () => {
    list();
    page.show(dialog());
  };
  page.tools.open = (button) => {
    const { answers } = chosen(button);
    dialog().close();
    page.call("dialogs", "apply", { conversation: answers });
  };
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
  page.tools.delete = async (button) => {
    const conversation = chosen(button);
    if (await page.sure(page.words()["archive.delete_sure"].replace("{title}", conversation.title))) forget([conversation]);
  };
  page.tools["delete-all"] = async () => {
    if (await page.sure(page.words()["archive.delete_all_sure"])) forget(read());
  };
  page.tools["save-one"] = (button) => page.save([chosen(button)]);
  page.tools["save-all"] = () => page.save(read());
})();
