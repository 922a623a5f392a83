// In the portal as files: the day typed on a procedure's page arrives here (?ngay=); go to the version of that day.
(function () {
  "use strict";
  var typed = new URLSearchParams(location.search).get("ngay") || "";
  var parts = typed.trim().match(/^(\d{1,2})\s*[\/.-]\s*(\d{1,2})\s*[\/.-]\s*(\d{4})$/);
  var day = parts ? parts[3] + "-" + ("0" + parts[2]).slice(-2) + "-" + ("0" + parts[1]).slice(-2) : typed.trim();
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return;
  var best = null;
  document.querySelectorAll("main a[href]").forEach(function (link) {
    var found = link.getAttribute("href").match(/\/(\d{4}-\d\d-\d\d)\/index\.html$/);
    if (found && found[1] <= day && (!best || found[1] > best.day)) best = { day: found[1], link: link };
  });
  if (best) location.replace(best.link.href);
})();
