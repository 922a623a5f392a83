// Print, share, copy; and open a fold when a link leads into it, where the browser does not do so by itself.
(function () {
  "use strict";
  function all(selector, act) { document.querySelectorAll(selector).forEach(act); }
  all("[data-print]", function (one) {
    one.hidden = false;
    one.addEventListener("click", function () { window.print(); });
  });
  if (navigator.share) all("[data-share]", function (one) {
    one.hidden = false;
    one.addEventListener("click", function () {
      navigator.share({ title: document.title, url: one.dataset.share }).catch(function () { /* the reader turned back */ });
    });
  });
  if (navigator.clipboard) all("[data-copy]", function (one) {
    one.hidden = false;
    one.addEventListener("click", function () {
      var field = document.getElementById(one.dataset.copy);
      navigator.clipboard.writeText(field.value).then(function () { one.textContent = one.dataset.copied; }, function () { field.select(); });
    });
  });
  window.addEventListener("beforeprint", function () {
    var now = new Date();
    function two(number) { return (number < 10 ? "0" : "") + number; }
    all("[data-printed]", function (one) {
      one.textContent = now.getHours() + "h" + two(now.getMinutes()) + ", " + two(now.getDate()) + "/" + two(now.getMonth() + 1) + "/" + now.getFullYear();
    });
  });
  function open() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (target) target.scrollIntoView();
  }
  window.addEventListener("hashchange", open);
  if (location.hash) open();
})();
