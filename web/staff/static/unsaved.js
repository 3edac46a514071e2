// Keeps what is written in each form with `data-unsaved="ITS PAGE"` in this tab until the server says it is saved.
// What is begun while an earlier draft of the same page is on offer is a draft of its own.
"use strict";
{
  const KEY = "staff-drafts", MOST = 10, LATER = "\n", { who } = document.body.dataset;
  const forms = [...document.querySelectorAll("form[data-unsaved]")], offer = document.getElementById("unsaved");
  const is = (state) => state in document.body.dataset;
  const kept = () => {
    try { return JSON.parse(sessionStorage.getItem(KEY)) ?? {}; } catch { return {}; }
  };
  // The newest draft stands last. Read anew each time: a page that "back" shows again may be older than the drafts.
  const change = (edit) => {
    const drafts = kept();
    edit(drafts);
    const newest = Object.entries(drafts).slice(-MOST);
    try {
      if (newest.length) sessionStorage.setItem(KEY, JSON.stringify(Object.fromEntries(newest)));
      else sessionStorage.removeItem(KEY);
    } catch { /* no room, or not allowed: as without a script */ }
  };
  const drop = (key) => change((drafts) => delete drafts[key]);
  const pageOf = (key) => key.split(LATER)[0];
  const own = new Map(); // by form: the draft that it writes
  let offered = []; // pairs of a form and a draft, the newest first
  const keyOf = (form) => {
    const { unsaved } = form.dataset, isTaken = offered.some(([, key]) => key === unsaved);
    if (!own.has(form)) own.set(form, isTaken ? `${unsaved}${LATER}${Date.now()}` : unsaved);
    return own.get(form);
  };

  const fields = (form) => [...form.elements].filter((each) => each.name && !/submit|file/.test(each.type));
  const shown = (form) => fields(form).filter((each) => !each.matches("[type=hidden], [hidden]"));
  const pairs = (them) => them.map((each) => [each.name, each.value, Boolean(each.checked)]);
  const isChanged = (form) => shown(form).some((each) => "defaultValue" in each && each.value !== each.defaultValue);
  const isSame = (form, draft) => JSON.stringify(draft.values) === JSON.stringify(pairs(fields(form)));
  const looksSame = (form, draft) => {
    const names = new Set(shown(form).map((each) => each.name));
    const seen = draft.values.filter(([name]) => names.has(name));
    return JSON.stringify(seen) === JSON.stringify(pairs(shown(form)));
  };

  // A form without a field to write in only confirms: its draft is that of the form before.
  const note = (form, isSent) => change((drafts) => {
    const key = keyOf(form), earlier = drafts[key];
    delete drafts[key];
    drafts[key] = { who, isSent, values: earlier && !shown(form).length ? earlier.values : pairs(fields(form)) };
  });

  // By name, and by place among the fields of one name.
  const fill = (form, draft) => {
    const left = [...draft.values];
    for (const each of fields(form)) {
      const place = left.findIndex(([name]) => name === each.name);
      if (place < 0) continue;
      const [[, value, isChecked]] = left.splice(place, 1);
      if (each.matches("[type=checkbox], [type=radio]")) each.checked = isChecked;
      else each.value = value;
      each.closest("details")?.toggleAttribute("open", Boolean(value) || each.closest("details").open);
      each.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  // What this page says about a draft of a form; true if it is to be offered.
  const settle = (form, key, draft) => {
    if (draft.isSent && is("posted")) { // not saved: the server shows what it got, or what a colleague has saved
      own.set(form, key);
      if (looksSame(form, draft)) note(form, false);
    } else if (draft.isStaying) {
      own.set(form, key);
      fill(form, draft);
    } else if (isSame(form, draft)) { // as it is saved, or as the browser has kept it on the way back
      own.set(form, key);
      if (!isChanged(form)) drop(key);
    } else return true;
    return false;
  };

  const before = kept();
  change((drafts) => {
    for (const [key, draft] of Object.entries(drafts)) {
      if ((who && draft.who !== who) || (draft.isSent && is("saved"))) delete drafts[key];
      else Object.assign(draft, { isSent: false, isStaying: false });
    }
  });
  const drafts = kept(), keys = Object.keys(drafts).reverse();
  const found = forms.flatMap((form) =>
    keys.filter((key) => pageOf(key) === form.dataset.unsaved).map((key) => [form, key]));
  offered = found.filter(([form, key]) => settle(form, key, before[key]));

  const to = document.querySelector("input[name=to]");
  if (keys.length && to) to.value ||= pageOf(keys[0]);
  if (offer) offer.hidden = !(offered.length || (keys.length && to));
  // The newest draft of each form with one button, each older one with its own.
  const isNewest = ([form], place) => offered.findIndex(([other]) => other === form) === place;
  const older = offered.filter((pair, place) => !isNewest(pair, place)).map((pair) => [pair]);
  const show = (bar, group) => {
    const { values } = drafts[group[0][1]], name = bar.querySelector("q");
    const title = values.find(([field, value]) => /^(title|text)$/.test(field) && value)?.[1] ?? "";
    name.textContent = title.slice(0, 60);
    name.hidden = !title;
    bar.querySelector("[name=back]").addEventListener("click", () => {
      for (const [form, key] of group) {
        own.set(form, key);
        fill(form, drafts[key]);
      }
      bar.hidden = true;
    });
    bar.querySelector("[name=drop]").addEventListener("click", () => {
      for (const [, key] of group) drop(key);
      bar.hidden = true;
    });
  };
  if (offered.length && offer) {
    const bars = older.map((group) => [offer.cloneNode(true), group]);
    show(offer, offered.filter(isNewest));
    for (const [bar, group] of bars.reverse()) {
      bar.removeAttribute("id");
      offer.after(bar);
      show(bar, group);
    }
  }

  for (const form of forms) form.addEventListener("input", () => note(form, false));
  // `data-sure-unsaved="QUESTION"` on a form: asks if something beside it, in the same article, is not saved.
  document.addEventListener("submit", (event) => {
    const others = forms.filter((each) => each !== event.target), question = event.target.dataset.sureUnsaved;
    const article = event.target.closest("article");
    const isLeft = question && others.some((each) => article?.contains(each) && isChanged(each));
    if (!event.defaultPrevented && isLeft && !confirm(question)) event.preventDefault();
    if (event.defaultPrevented) return;
    change((drafts) => {
      const left = others.map((form) => own.get(form) ?? form.dataset.unsaved).filter((key) => drafts[key]);
      for (const key of left) drafts[key].isStaying = true;
    });
    if (forms.includes(event.target)) note(event.target, true);
  });
}
