// Keeps what is written in each form with `data-unsaved="ITS PAGE"` in this tab until the server says it is saved.
"use strict";
{
  const KEY = "staff-drafts", MOST = 10, { who } = document.body.dataset;
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
  const drop = (form) => change((drafts) => delete drafts[form.dataset.unsaved]);

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
    const page = form.dataset.unsaved, earlier = drafts[page];
    delete drafts[page];
    drafts[page] = { who, isSent, values: earlier && !shown(form).length ? earlier.values : pairs(fields(form)) };
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

  // What this page says about a form's draft; true if it is to be offered.
  const settle = (form, draft, isStaying) => {
    if (draft.isSent && is("posted")) { // not saved: the server shows what it got, or what a colleague has saved
      if (looksSame(form, draft)) note(form, false);
      return false;
    }
    if (isStaying) fill(form, draft);
    else if (isSame(form, draft)) drop(form);
    else return true;
    return false;
  };

  const before = kept();
  change((drafts) => {
    for (const [page, draft] of Object.entries(drafts)) {
      if ((who && draft.who !== who) || (draft.isSent && is("saved"))) delete drafts[page];
      else Object.assign(draft, { isSent: false, isStaying: false });
    }
  });
  const drafts = kept(), newest = Object.keys(drafts).at(-1);
  const offered = forms.filter(({ dataset: { unsaved } }, place) =>
    drafts[unsaved] && settle(forms[place], before[unsaved], before[unsaved].isStaying));

  const to = document.querySelector("input[name=to]");
  if (newest && to) to.value ||= newest;
  if (offer) offer.hidden = !(offered.length || (newest && to));
  offer?.querySelector("[name=back]")?.addEventListener("click", () => {
    const drafts = kept();
    for (const form of offered) if (drafts[form.dataset.unsaved]) fill(form, drafts[form.dataset.unsaved]);
    offer.hidden = true;
  });
  offer?.querySelector("[name=drop]")?.addEventListener("click", () => { offered.forEach(drop); offer.hidden = true; });

  for (const form of forms) form.addEventListener("input", () => note(form, false));
  // `data-sure-unsaved="QUESTION"` on a form: asks if something beside it, in the same article, is not saved.
  document.addEventListener("submit", (event) => {
    const others = forms.filter((each) => each !== event.target), question = event.target.dataset.sureUnsaved;
    const article = event.target.closest("article");
    const isLeft = question && others.some((each) => article?.contains(each) && isChanged(each));
    if (!event.defaultPrevented && isLeft && !confirm(question)) event.preventDefault();
    if (event.defaultPrevented) return;
    change((drafts) => {
      for (const { dataset: { unsaved } } of others) if (drafts[unsaved]) drafts[unsaved].isStaying = true;
    });
    if (forms.includes(event.target)) note(event.target, true);
  });
}
