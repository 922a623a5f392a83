// In the portal as files a procedure's list of versions answers for any day: ?ngay= goes on to the version of that day,
// ?ngay=&biet-den= to what the portal showed of it at the end of another day, ?truoc=&sau= to two versions compared.
(function () {
  "use strict";
  const said = document.querySelector("[data-other-day]"), asked = new URLSearchParams(location.search);
  if (!said) return;
  const turns = said.dataset.turns.split(" ").filter(Boolean);
  const shown = (day) => day.split("-").reverse().join("/");
  const place = asked.get("noi"), slug = location.pathname.split("/").slice(-3)[0];
  const base = /^[a-z0-9-]+$/.test(place || "") ? `../../../co-quan/${place}/thu-tuc/${slug}/` : "../";

  function say(name, values) {
    said.textContent = Object.entries(values || {}).reduce((text, [key, value]) => text.replace(`{${key}}`, value), said.dataset[name]);
    said.hidden = false;
  }

  // What was typed as 2026-07-15; undefined where nothing was, null (and said) for what is no day.
  function dayOf(name) {
    const typed = (asked.get(name) || "").trim();
    if (!typed) return undefined;
    const parts = typed.match(/^(\d{1,2})\s*[\/.-]\s*(\d{1,2})\s*[\/.-]\s*(\d{4})$/);
    const day = parts ? [parts[3], parts[2].padStart(2, "0"), parts[1].padStart(2, "0")].join("-") : typed;
    const read = /^\d{4}-\d\d-\d\d$/.test(day) ? new Date(`${day}T00:00:00Z`) : new Date(NaN);
    if (!isNaN(read) && read.toISOString().slice(0, 10) === day) return day;
    say("unreadable", { typed: typed });
    return null;
  }

  // The last of the sorted days that is not after this one.
  const latest = (days, day) => days.filter((one) => one <= day).pop();

  function go(days, day, lead) {
    const turn = latest(days, day);
    if (turn) location.replace(lead(turn));
    else if (days.length) say("before", { day: shown(day), first: shown(days[0]) });
    else say("notShown", { day: shown(day) });
  }

  function asShown(day, known) {
    const states = [...document.querySelectorAll("[data-known]")].sort((a, b) => (a.dataset.known < b.dataset.known ? -1 : 1));
    // The day as it is in Viet Nam, wherever the reader is.
    if (known > new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 10)) return say("toCome", { day: shown(known) });
    const state = states.find((one) => one.dataset.known <= known && known < one.dataset.until);
    if (state) {
      const links = Object.fromEntries([...state.querySelectorAll("a")].map((one) => [one.dataset.day, one.href]));
      return go(Object.keys(links).sort(), day, (turn) => (base === "../" ? links[turn] : `${base}${turn}/tren-cong-ngay/${state.dataset.known}/index.html`));
    }
    const since = states.length ? states[0].dataset.known : said.dataset.since;
    if (since && known < since) return say("notShown", { day: shown(known) });
    return go(turns, day, (turn) => `${base}${turn}/index.html`);
  }

  function compare(days) {
    const options = [...document.querySelectorAll("#truoc option")].map((one) => one.value), [first, last] = days.sort();
    const pair = [latest(options, first) || options[0], latest(options, last)];
    if (!pair[0] || !pair[1] || pair[0] === pair[1]) return undefined;
    if (!("allCompared" in said.dataset) && options.indexOf(pair[1]) - options.indexOf(pair[0]) > 1) return say("neighbours");
    return location.replace(`${base}so-sanh/${pair[0]}/${pair[1]}/index.html`);
  }

  const [day, known, before, after] = ["ngay", "biet-den", "truoc", "sau"].map(dayOf);
  if (day && known) asShown(day, known);
  else if (day && known === undefined) go(turns, day, (turn) => `${base}${turn}/index.html`);
  else if (before && after) compare([before, after]);
})();
