// Marks the words of a search in an exchange of the archive. Older browsers, without highlights, mark nothing.
(() => {
  const page = window.qiantang;

  // A text as it is searched: without accents, in small letters.
  page.bare = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  // Where words stand in a text of the page, as ranges.
  const places = (node, words) => {
    const signs = [];
    let place = 0, said = "";
    for (const sign of node.data) {
      const bare = page.bare(sign);
      said += bare;
      for (const _ of bare.split("")) signs.push([place, place + sign.length]);
      place += sign.length;
    }
    const found = [];
    for (const word of words) {
      for (let at = said.indexOf(word); at >= 0; at = said.indexOf(word, at + word.length)) {
        const range = document.createRange();
        range.setStart(node, signs[at][0]);
        range.setEnd(node, signs[at + word.length - 1][1]);
        found.push(range);
      }
    }
    return found;
  };

  // Shows the first place too, if it is below the screen. Without words it takes the marks away.
  page.mark = (exchange, words) => {
    window.CSS?.highlights?.delete("sought");
    if (!exchange || !words.length || !window.Highlight) return;
    const found = [], texts = document.createTreeWalker(exchange, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) found.push(...places(texts.currentNode, words));
    CSS.highlights.set("sought", new Highlight(...found));
    const first = found.find((range) => range.getClientRects().length);
    const isBelow = first?.getBoundingClientRect().bottom > innerHeight - document.getElementById("composer").offsetHeight;
    if (isBelow) first.startContainer.parentElement.scrollIntoView({ block: "center" });
  };
})();
