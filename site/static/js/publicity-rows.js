// In the portal as files: the rows behind one figure of the state of publicity. The address says which: #agency/kind.
(() => {
  "use strict";
  const T = self.congKhai, place = document.querySelector("[data-publicity]"), MOST = 100;
  if (!T || !place) return;
  const list = place.querySelector("ul"), title = document.querySelector("[data-title]"), portal = document.title.split(" – ").pop();

  function el(name, values, ...children) {
    const node = document.createElement(name);
    Object.entries(values).forEach(([key, value]) => node.setAttribute(key, value));
    node.append(...children);
    return node;
  }

  function line([, , slug, code, name, gaps, publish, announce]) {
    const node = el("li", {});
    if (slug) node.append(el("a", { href: `../../thu-tuc/${slug}/index.html` }, name), " ", ...(code ? [el("span", { class: "code" }, code)] : []));
    else node.append(place.dataset.waiting.replace("{n}", name));
    [["missing", gaps], ["publish", publish], ["announce", announce]].forEach(([label, word]) => {
      if (word) node.append(el("p", { class: "quiet" }, `${place.dataset[label]} ${T.words[word]}`));
    });
    return node;
  }

  function more(rows, from) {
    list.append(...rows.slice(from, from + MOST).map(line));
    const left = rows.length - from - MOST;
    if (left <= 0) return;
    const button = el("button", { type: "button" }, place.dataset.more.replace("{n}", Math.min(left, MOST)));
    button.addEventListener("click", () => { button.remove(); more(rows, from + MOST); });
    list.after(button);
  }

  function show() {
    const [asked, wanted] = decodeURIComponent(location.hash.slice(1)).split("/");
    const agency = T.agencies.find(([slug]) => slug === asked) || T.agencies[T.agencies.length - 1];
    const kind = Math.max(0, T.kinds.findIndex(([slug]) => slug === wanted)), all = agency === T.agencies[T.agencies.length - 1];
    const rows = T.rows.filter(([slug, bits]) => (all || slug === agency[0]) && (bits >> kind) & 1);
    title.textContent = `${T.kinds[kind][1]}: ${agency[1]}`;
    document.title = `${title.textContent} – ${portal}`;
    place.querySelector("[data-count]").textContent = String(rows.length).replace(/\B(?=(\d{3})+$)/g, ".");
    place.querySelectorAll("button").forEach((one) => one.remove());
    list.replaceChildren();
    more(rows, 0);
  }

  self.addEventListener("hashchange", show);
  show();
})();
