"use strict";
(() => {
  const filters = document.getElementById("filters");
  const route = document.getElementById("route");
  const search = document.getElementById("search");
  const showing = document.getElementById("showing");
  const chips = [...filters.querySelectorAll("[name=severity]")];
  const messages = [...document.querySelectorAll(".message")];
  const groups = [...document.querySelectorAll("details, .thread, .day")];
  const texts = new Map(messages.map((one) => [one, one.textContent.toLowerCase()]));

  const apply = () => {
    const severities = new Set(chips.filter((one) => one.checked).map((one) => one.value));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of messages) {
      const { route: from, severity } = one.dataset;
      const fits =
        (!route.value || from === route.value) &&
        severities.has(severity) &&
        words.every((word) => texts.get(one).includes(word));
      one.hidden = !fits;
      shown += fits;
    }
    for (const one of groups) {
      one.hidden = !one.querySelector(".message:not([hidden])");
      // Replies that fit under a message that does not would be out of sight.
      if (one.tagName === "DETAILS" && one.parentElement.querySelector(".message").hidden) {
        one.open = true;
      }
    }
    document.getElementById("nothing").hidden = shown > 0 || messages.length === 0;
    const numbers = { shown: shown.toLocaleString("en"), all: messages.length.toLocaleString("en") };
    showing.textContent = showing.dataset.text.replace(/\{(\w+)\}/g, (_, name) => numbers[name]);
  };

  // Browsers fill forms in again after a reload: what is chosen is what is shown.
  filters.addEventListener("input", apply);
  filters.addEventListener("change", apply);
  window.addEventListener("pageshow", apply);
  filters.hidden = messages.length === 0;
  apply();
})();
