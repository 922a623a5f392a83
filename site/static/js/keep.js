// In the portal as files, from a server: lets the worker keep what is visited, and on the search page fetch the whole
// search. Nothing on a disk, in old browsers, or where people save data.
(() => {
  "use strict";
  const LATER = 15000;
  const here = document.currentScript.src, root = new URL("../../", here), workers = navigator.serviceWorker;
  if (!workers || !location.protocol.startsWith("http") || navigator.connection?.saveData) return;

  function offer(worker) {
    const place = document.querySelector("[data-keep]");
    if (!place || !worker) return;
    const button = place.querySelector("button"), said = place.querySelector("[role=status]"), words = place.dataset;
    const say = (text, values = {}) => { said.textContent = Object.entries(values).reduce((all, [name, value]) => all.replace(`{${name}}`, value), text); };
    workers.addEventListener("message", ({ data }) => {
      if (data.size !== undefined) {
        place.hidden = false;
        button.hidden = !data.left;
        if (!data.left) say(words.kept);
        button.textContent = words.button.replace("{mb}", Math.max(0.1, data.size / 1e6).toFixed(1).replace(".", ","));
      } else if (data.of) say(words.doing, data);
      else if (data.kept) say(words.kept);
      else if (data.failed) { say(words.failed); button.hidden = false; }
    });
    workers.startMessages();
    button.addEventListener("click", () => { button.hidden = true; say(words.doing, { done: 0, of: "…" }); worker.postMessage("keep-all"); });
    worker.postMessage("how-much");
  }

  // A search that began with the files of an export just replaced begins again with the new ones.
  const held = workers.controller;
  workers.addEventListener("controllerchange", () => {
    if (held && document.querySelector("[data-search]:not([data-search=done])") && location.search) location.reload();
  });

  // Who opens the search first of all has a question: its files are not to wait for those kept for later.
  const begin = () => workers.register(new URL("khong-mang.js", root), { updateViaCache: "none" }).catch(() => {});
  addEventListener("load", () => {
    setTimeout(begin, held || !document.querySelector("[data-search]") ? 0 : LATER);
    workers.ready.then((registration) => offer(registration.active));
  });
})();
