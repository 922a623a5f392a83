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

// Fields that find rows by name or number: what the server offers becomes a list the browser shows below the field.
for (const field of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("datalist");
  list.id = `${field.id}-offered`;
  field.after(list);
  field.setAttribute("list", list.id);
  field.autocomplete = "off";
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const typed = field.value.split(";").at(-1).trim();
      const kept = field.value.slice(0, field.value.lastIndexOf(";") + 1);
      if (typed.length < 2) return;
      const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(typed)}`);
      if (!answer.ok) return;
      const { found } = await answer.json();
      list.replaceChildren(
        ...found.map(({ value, label }) => new Option(label, kept ? `${kept} ${value}` : value)),
      );
    }, 250);
  });
}

// "Đánh dấu tất cả": ticks the list below the button, or clears it when all are ticked.
for (const holder of document.querySelectorAll("[data-tick-all]")) {
  holder.hidden = false;
  holder.firstElementChild.addEventListener("click", () => {
    const boxes = [...holder.nextElementSibling.querySelectorAll("input[type=checkbox]")];
    const ticked = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = ticked;
  });
}

// A link to a field opens it ready for typing, once the admin's own scripts have settled.
addEventListener("load", () => {
  const wanted = document.getElementById(location.hash.slice(1));
  wanted?.querySelector("textarea, select, input:not([type=hidden])")?.focus();
});
