// The page's picture opens at the row.
for (const sheet of document.querySelectorAll(".review-sheet")) {
  const [picture, row] = [sheet.querySelector("img"), sheet.querySelector("rect")];
  const show = () => {
    if (row) sheet.parentElement.scrollTop = (Number(row.getAttribute("y")) / 1000) * picture.clientHeight - 40;
  };
  if (picture.complete) show();
  else picture.addEventListener("load", show);
}

// Single letters press what is marked with data-key; never while something is being typed. They can be switched off.
const typing = (element) => element.matches("input:not([type=checkbox]):not([type=submit]), textarea, select, [contenteditable]");
const panel = document.querySelector(".review-keys");
if (panel) {
  const off = document.getElementById("review-keys-off");
  panel.hidden = false;
  off.checked = localStorage.getItem("review-keys") === "off";
  off.addEventListener("change", () => localStorage.setItem("review-keys", off.checked ? "off" : "on"));
  for (const marked of document.querySelectorAll("[data-key]")) {
    marked.setAttribute("aria-keyshortcuts", marked.dataset.key);
    if (typing(marked)) continue;
    const letter = document.createElement("kbd");
    letter.textContent = marked.dataset.key.toUpperCase();
    letter.setAttribute("aria-hidden", "true");
    marked.append(" ", letter);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (off.checked || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    const marked = key === "g" ? document.querySelector("#sua textarea, #sua input[type=text]")
      : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!marked) return;
    event.preventDefault();
    if (typing(marked)) marked.focus();
    else marked.click();
  });
}
