// Keeps what is written in a form with `data-unsaved="ITS PAGE"` in this tab, in case the sign-in ends before it is saved.
"use strict";
{
  const KEY = "staff-unsaved", who = document.body.dataset.who;
  const form = document.querySelector("form[data-unsaved]"), offer = document.getElementById("unsaved");
  const keep = (draft) => {
    try {
      if (draft) sessionStorage.setItem(KEY, JSON.stringify(draft));
      else sessionStorage.removeItem(KEY);
    } catch { /* no room, or not allowed: as without a script */ }
  };
  const kept = () => {
    try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; }
  };
  const fields = () => [...form.elements].filter((each) => each.name && each.type !== "submit" && each.type !== "file");
  const values = () => fields().map((each) => [each.name, each.value, Boolean(each.checked)]);
  const note = (isSent) => keep({ page: form.dataset.unsaved, who, values: values(), isSent });

  // By name, and by place among the fields of one name.
  const fill = (draft) => {
    for (const each of fields()) {
      const place = draft.values.findIndex(([name]) => name === each.name);
      if (place < 0) continue;
      const [[, value, isChecked]] = draft.values.splice(place, 1);
      if (each.matches("[type=checkbox], [type=radio]")) each.checked = isChecked;
      else each.value = value;
      each.closest("details")?.toggleAttribute("open", Boolean(value) || each.closest("details").open);
      each.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const draft = kept(), isHere = form && draft && draft.page === form.dataset.unsaved;
  if (draft && document.body.dataset.refused !== undefined) keep({ ...draft, isSent: false }); // it was not saved
  else if (draft && (draft.who !== who || draft.isSent)) keep(null);
  else if (isHere && offer && JSON.stringify(draft.values) !== JSON.stringify(values())) offer.hidden = false;
  else if (isHere) keep(null);

  const to = document.querySelector("input[name=to]");
  if (draft && to && offer) {
    offer.hidden = false;
    to.value ||= draft.page;
  }
  offer?.querySelector("[name=back]")?.addEventListener("click", () => { fill(draft); offer.hidden = true; });
  offer?.querySelector("[name=drop]")?.addEventListener("click", () => { keep(null); offer.hidden = true; });
  form?.addEventListener("input", () => note(false));
  form?.addEventListener("submit", () => note(true));
}
