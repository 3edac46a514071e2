// Sharing an answer: copy, link that asks the same, print, save as DOCX; a table as a table or as CSV.
(() => {
  const page = window.qiantang;

  const written = (text) => {
    // In-app browsers often have no clipboard API.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };

  // `rich` is HTML, for programs that take more than text.
  const copy = (page.copy = async (text, said, rich = "") => {
    try {
      const forms = { "text/html": rich, "text/plain": text };
      const item = () => new ClipboardItem(Object.fromEntries(Object.entries(forms).map(([type, form]) => [type, new Blob([form], { type })])));
      await (rich && window.ClipboardItem ? navigator.clipboard.write([item()]) : navigator.clipboard.writeText(text));
    } catch {
      if (!written(text)) return page.say(page.words()["tool.copy_failed"]);
    }
    page.say(page.words()[said]);
  });

  // Above the quotes of a document stand its title, and its validity or its last check, as on its card.
  const headed = (card) => {
    const line = document.createElement("p");
    line.textContent = [...said(card, ".title strong, .title .checked"), ...said(card, ".details span")].join(" · ");
    card.prepend(line);
  };

  // Markers become [1] again, and table cells are separated.
  const plain = (element) => {
    const copied = element.cloneNode(true);
    copied.querySelectorAll(".card:has(.title)").forEach(headed);
    copied.querySelectorAll(".about, .places, .of-table").forEach((part) => part.remove()); // the rest follows as sources
    copied.querySelectorAll("a.marker").forEach((marker) => marker.replaceWith(` [${marker.textContent}]`));
    copied.querySelectorAll("tr").forEach((row) => row.replaceWith(`${[...row.cells].map(tidy).join("\t")}\n`));
    copied.querySelectorAll("ol > li").forEach((item) => {
      const list = item.parentElement;
      (item.querySelector(":scope > p") ?? item).prepend(`${list.start + [...list.children].indexOf(item)}. `);
    });
    copied.querySelectorAll("p, li, h1, h2, h3, h4, blockquote").forEach((block) => block.append("\n"));
    return copied.textContent.replace(/ *\n[^\S\t]*/g, "\n").trim();
  };

  const tidy = (element) => element.textContent.trim().replace(/\s+/g, " ");
  const said = (element, parts) => [...element.querySelectorAll(parts)].map(tidy);
  const numbers = (element) => said(element, ".number");

  // Each document, law and note once, with the numbers of the quotes that it belongs to.
  page.cited = (quotes) => {
    const lines = new Map();
    const add = (own, ...parts) => {
      const line = parts.flat().filter(Boolean).join(" · ");
      lines.set(line, [...(lines.get(line) ?? []), ...own]);
    };
    const official = (element) => element?.querySelector(".official")?.href;
    const meant = quotes.flatMap(numbers);
    const cards = [...new Set(quotes.flatMap(page.cardsOf))];
    for (const quote of quotes) {
      const [titled] = page.cardsOf(quote);
      const title = titled.querySelector(".about .title");
      const details = said(titled, ".details span");
      add(numbers(quote), said(title, "strong"), details, said(quote, ".at, .note"), official(title));
    }
    for (const note of cards.flatMap((card) => [...card.querySelectorAll(".about :is(.unsure, .basis)")])) {
      const all = [...note.closest(".card").querySelectorAll(".quote")].flatMap(numbers);
      const own = (numbers(note).length ? numbers(note) : all).filter((number) => meant.includes(number));
      const words = note.cloneNode(true);
      words.querySelectorAll(".number, .official").forEach((part) => part.remove());
      if (own.length) add(own, tidy(words), official(note));
    }
    const marked = (own) => [...new Set(own)].map((number) => `[${number}]`).join(" ");
    return [...lines].map(([line, own]) => `${marked(own)} ${line}`);
  };

  // The card of a guide: below its title, without links and drawing, and with the laws that no quote has named.
  const guided = (card, named) => {
    const copied = card.cloneNode(true);
    copied.querySelector("summary").append(` · ${card.dataset.title}\n`);
    copied.querySelectorAll("[data-name]").forEach((law) => named.includes(law.dataset.name) && law.remove());
    copied.querySelectorAll(".official").forEach((site) => site.append(` ${site.href}`));
    copied.querySelectorAll(".basis").forEach((law) => (law.textContent = tidy(law)));
    copied.querySelectorAll(".head a, .unfold, .timeline, .bases summary").forEach((part) => part.remove());
    return plain(copied);
  };

  const text = (exchange) => [
    exchange.querySelector(".question").textContent,
    ...[".generated", ".outcome", ".words"].map((part) => exchange.querySelector(part)).filter(Boolean).map(plain),
    ...[...exchange.querySelectorAll(".warnings li")].map(plain),
    page.cited([...exchange.querySelectorAll(".quote")]).join("\n"),
    ...[...exchange.querySelectorAll(".guide")].map((card) => guided(card, said(exchange, ".card .basis").join())),
    exchange.querySelector(".printed:last-child").textContent,
  ].filter(Boolean).join("\n\n");

  const complete = (exchange) => exchange.querySelector(".understood span:last-child") ?? exchange.querySelector(".question");

  // What asks the same of a reader without the conversation: a question that continues another, or was completed, follows
  // those before it, back to one that stands alone, in its complete form.
  const asked = (exchange) => {
    const all = [...document.querySelectorAll(".exchange")];
    const own = all.slice(0, all.indexOf(exchange) + 1).slice(-page.MOST_LINKED);
    const [first, ...later] = own.slice(own.findLastIndex((each, place) => !place || !each.matches("[data-leans]")));
    const questions = [complete(first), ...later.map((each) => each.querySelector(".question"))];
    return new URLSearchParams(questions.map((each) => ["q", each.textContent]));
  };

  const link = (exchange) => {
    const address = new URL(location.href);
    address.search = asked(exchange);
    address.hash = "";
    return address.href;
  };

  page.tools.copy = (_button, exchange) => copy(text(exchange), "tool.copied");

  page.tools.share = async (_button, exchange) => {
    const url = link(exchange);
    const isLater = asked(exchange).getAll("q").length > 1;
    const said = isLater ? "tool.linked_after" : "tool.linked";
    const onPhone = matchMedia("(pointer: coarse)").matches;
    if (!onPhone || !navigator.share) return copy(url, said);
    if (isLater) page.say(page.words()["tool.shared_after"]); // before it is sent: others will read them too
    try {
      await navigator.share({ title: document.title, url });
    } catch (error) {
      if (error.name !== "AbortError") copy(url, said);
    }
  };

  // A moment in this browser's time with its offset from UTC, on paper and in files: it is written as it is sent.
  const local = (at) => {
    if (!at) return "";
    const minutes = -new Date(at).getTimezoneOffset();
    const offset = new Date(Math.abs(minutes) * 60_000).toISOString().slice(11, 16);
    return new Date(new Date(at).getTime() + minutes * 60_000).toISOString().slice(0, 19) + (minutes < 0 ? "-" : "+") + offset;
  };

  // Printing means one answer, by the button or by the browser: then the one that is read, or the last.
  const printing = (exchange, isPrinting) => {
    exchange?.classList.toggle("printing", isPrinting);
    for (const at of exchange?.querySelectorAll(".address") ?? []) at.textContent = location.origin + location.pathname;
    for (const time of exchange?.querySelectorAll(".printed time") ?? []) time.textContent = local(time.dateTime).slice(0, 10);
    for (const folded of exchange?.querySelectorAll(".bases") ?? []) folded.open = isPrinting;
    document.body.classList.toggle("printing", isPrinting && Boolean(exchange));
  };
  const read = () => {
    const all = [...document.querySelectorAll(".exchange")];
    const middle = innerHeight / 2;
    return all.find((each) => each.getBoundingClientRect().bottom > middle) ?? all.at(-1);
  };
  addEventListener("beforeprint", () => document.querySelector(".exchange.printing") ?? printing(read(), true));
  addEventListener("afterprint", () => printing(document.querySelector(".exchange.printing"), false));
  // Whoever reads the paper asks the same question with a phone. Without the picture it is printed nevertheless.
  let isPreparing = false; // pressed twice quickly, it prints once
  page.tools.print = async (_button, exchange) => {
    if (isPreparing) return;
    isPreparing = true;
    const code = exchange.querySelector(".qr"), picture = Object.assign(new Image(), { alt: "" });
    code.querySelector("img")?.remove();
    code.prepend(picture);
    picture.src = `qr.svg?${asked(exchange)}`;
    await Promise.race([picture.decode().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 3000))]);
    printing(exchange, true);
    print();
    setTimeout(() => (isPreparing = false), 1000);
  };

  // The browser's own shortcut prints the same; its menu cannot wait for the picture.
  document.addEventListener("keydown", (event) => {
    const isPrint = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "p";
    const exchange = isPrint && read();
    if (!exchange || document.documentElement.classList.contains("without-print")) return;
    event.preventDefault();
    page.tools.print(null, exchange);
  });

  page.tools.save = (_button, exchange) => {
    const answer = page.conversation?.find((each) => each.id === exchange.dataset.id);
    if (answer) page.save([{ title: answer.question, at: answer.asked_at, answers: [answer] }]);
  };

  // As many files as the server's limits need: at most 50 conversations each, and the largest request.
  const parts = (conversations) => {
    const found = [[]];
    let size = 0;
    for (const { title, at, answers } of conversations) {
      const one = { title, at: local(at), answers };
      const length = JSON.stringify(one).length;
      if (found.at(-1).length && (found.at(-1).length === 50 || size + length > 600_000)) {
        found.push([]);
        size = 0;
      }
      found.at(-1).push(one);
      size += length;
    }
    return found;
  };

  page.save = async (conversations) => {
    page.say(page.words()["tool.saving"]);
    for (const part of parts(conversations)) {
      const body = { language: document.documentElement.lang, saved_at: local(new Date()), conversations: part };
      const response = await page.send("save.docx", body).catch(() => null);
      if (!response?.ok) return page.say(await refusal(response));
      download(await response.blob(), named(response));
    }
    page.say(page.words()["tool.saved"]);
  };

  const refusal = async (response) => {
    if (response?.status === 413) return page.words()["save.too_long"];
    const said = [422, 429, 503].includes(response?.status) ? await response.text() : "";
    return said || page.words()["tool.save_failed"];
  };

  const named = (response) => {
    const name = /filename\*=UTF-8''([^;]+)/i.exec(response.headers.get("content-disposition") ?? "");
    return name ? decodeURIComponent(name[1]) : "answer.docx";
  };

  const download = (page.download = (blob, name) => {
    const anchor = document.createElement("a");
    anchor.href = URL.createObjectURL(blob);
    anchor.download = name;
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
  });
})();
