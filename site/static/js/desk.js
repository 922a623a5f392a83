// "Thêm dòng": one more empty row of a table. Without scripts one empty row stands there after each save.
for (const fieldset of document.querySelectorAll(".desk-rows")) {
  const template = fieldset.querySelector("template[data-row]");
  const total = fieldset.querySelector("input[name$='-TOTAL_FORMS']");
  fieldset.querySelector("[data-add-row]").addEventListener("click", (event) => {
    const place = Number(total.value);
    const holder = document.createElement("div");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", String(place));
    const row = holder.firstElementChild;
    event.currentTarget.parentElement.before(row);
    total.value = String(place + 1);
    row.querySelector("textarea, input, select").focus();
  });
}
