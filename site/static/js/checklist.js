// Boxes before the papers to bring. Ticks stay on this device, and fall away when the text of the procedure changes.
(function () {
  "use strict";
  var list = document.querySelector("[data-checklist]");
  if (!list) return;
  var key = "giay-to:" + list.dataset.checklist;
  var ticks = {};
  try {
    var kept = JSON.parse(localStorage.getItem(key));
    if (kept && kept.version === list.dataset.version) ticks = kept.ticks || {};
  } catch (error) { /* nothing kept */ }

  var foot = document.createElement("p");
  foot.className = "note kept";
  var clear = document.createElement("button");
  clear.type = "button";
  clear.textContent = list.dataset.clear;
  foot.append(clear, " " + list.dataset.kept);

  function save() {
    var some = Object.keys(ticks).length > 0;
    foot.hidden = !some;
    try {
      if (some) localStorage.setItem(key, JSON.stringify({ version: list.dataset.version, ticks: ticks }));
      else localStorage.removeItem(key);
    } catch (error) { /* ticks last as long as the page */ }
  }

  var boxes = [];
  list.querySelectorAll("[data-paper]").forEach(function (row) {
    var words = row.firstElementChild;
    var box = document.createElement("input");
    box.type = "checkbox";
    box.checked = Boolean(ticks[row.dataset.paper]);
    box.addEventListener("change", function () {
      if (box.checked) ticks[row.dataset.paper] = 1; else delete ticks[row.dataset.paper];
      save();
    });
    var label = document.createElement("label");
    row.insertBefore(label, words);
    label.append(box, words);
    row.parentElement.classList.add("ticked");
    boxes.push(box);
  });
  clear.addEventListener("click", function () {
    ticks = {};
    boxes.forEach(function (box) { box.checked = false; });
    if (boxes.length) boxes[0].focus();
    save();
  });
  list.append(foot);
  save();
})();
