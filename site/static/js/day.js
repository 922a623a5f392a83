// The pack for rounds without a line: says when the copy is old, or the device's clock wrong.
(() => {
  "use strict";
  const old = document.querySelector("[data-day]"), days = (Date.now() - new Date(`${old.dataset.day}T00:00:00`).getTime()) / 86400000;
  if (days <= Number(old.dataset.most) && days >= -1) return;
  old.hidden = false;
  document.body.classList.add("stale");
})();
