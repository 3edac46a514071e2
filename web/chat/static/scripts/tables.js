// Tables of an answer: copied as a table (rich and with tabs), or saved as CSV; its sources follow below.
(() => {
  const page = window.qiantang;

  const cells = (table) => [...table.rows].map((row) => [...row.cells].map((cell) => {
    const copied = cell.cloneNode(true);
    copied.querySelectorAll("a.marker").forEach((marker) => marker.remove());
    return copied.textContent.replace(/\s+/g, " ").trim();
  }));

  // The sources that the table names, or all of the answer; and that a model wrote it, if it did. A table of a guide's
  // card stands under its heading in that guide, which is no source of the answer; one in a quote has that quote's source.
  const notes = (table) => {
    const section = table.closest(".guide section");
    if (section) return [section.dataset.source];
    if (table.closest(".quote")) return page.cited([table.closest(".quote")]);
    const exchange = table.closest(".exchange");
    const named = [...table.querySelectorAll("a.marker")].map((marker) => document.getElementById(marker.hash.slice(1)));
    const quotes = named.some(Boolean) ? named.filter(Boolean) : [...exchange.querySelectorAll(".quote")];
    const label = exchange.querySelector(".generated")?.textContent.trim().replace(/\s+/g, " ") ?? "";
    return page.cited([...new Set(quotes)]).concat(label || []);
  };

  const table = (button) => button.closest(".of-table").previousElementSibling;
  const escaped = (text) => Object.assign(document.createElement("p"), { textContent: text }).innerHTML;

  page.tools["copy-table"] = (button) => {
    const rows = cells(table(button));
    const said = notes(table(button));
    const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`).join("");
    const rich = `<table border="1">${body}</table>${said.map((line) => `<p>${escaped(line)}</p>`).join("")}`;
    page.copy([...rows.map((row) => row.join("\t")), "", ...said].join("\n"), "table.copied", rich);
  };

  // A cell that begins like a formula is text: a spreadsheet must not compute what a document says.
  const field = (text) => `"${(/^[=+@]|^-(?!\s?[\d.])/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  page.tools["save-table"] = (button, exchange) => {
    const rows = [...cells(table(button)), [""], ...notes(table(button)).map((line) => [line])];
    const csv = rows.map((row) => row.map(field).join(",")).join("\r\n");
    const name = exchange.querySelector(".question").textContent.replace(/[\\/:*?"<>|\s]+/g, " ").trim().slice(0, 60);
    page.download(new Blob(["\ufeff", csv], { type: "text/csv" }), `${name}.csv`);
  };

  // Only whole answers: a table that still grows is rendered again and again.
  const offer = () => {
    for (const each of document.querySelectorAll(".exchange:has(> .answer[aria-busy=false]) table:not(:has(+ .of-table))")) {
      const tools = document.createElement("p");
      tools.className = "of-table";
      for (const name of ["copy-table", "save-table"]) {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "tool" });
        button.dataset.tool = name;
        button.textContent = page.words()[`table.${name.split("-")[0]}`];
        tools.append(button);
      }
      each.after(tools);
    }
  };
  page.watch(offer);
})();
