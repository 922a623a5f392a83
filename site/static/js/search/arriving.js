// While the rest of the search page is still on the line: the question stands in its field, and that it is being answered.
(() => {
  "use strict";
  const typed = new URLSearchParams(location.search).get("q"), said = document.querySelector("[data-said]");
  if (!typed || !said) return;
  document.getElementById("q").value = typed;
  said.textContent = document.getElementById("loi").content.querySelector("[data-word=loading]").textContent;
})();
