// Filters the ledger by source and verdict. Without this script, all rows are there.
(() => {
  const ALL = "all";
  const sections = [...document.querySelectorAll("section:has(> .ledger)")].map((section) => ({
    section,
    // The heading's own text, without the link to itself.
    title: section.querySelector("h2").firstChild.data.trim(),
    rows: [...section.querySelectorAll("tbody tr")].map((row) => ({
      row,
      verdict: row.cells[4].innerText.trim(),
    })),
  }));
  const total = sections.reduce((sum, { rows }) => sum + rows.length, 0);

  const form = document.createElement("form");
  form.className = "ledger-filter";
  form.setAttribute("aria-label", "Filter the claims");

  const choice = (name, values) => {
    const select = document.createElement("select");
    select.id = `ledger-${name.toLowerCase()}`;
    for (const value of [ALL, ...values]) select.add(new Option(value));
    const label = document.createElement("label");
    label.htmlFor = select.id;
    label.textContent = name;
    const pair = document.createElement("div");
    pair.append(label, select);
    form.append(pair);
    return select;
  };
  const bySource = choice("Source", sections.map(({ title }) => title));
  const verdicts = new Set(sections.flatMap(({ rows }) => rows.map(({ verdict }) => verdict)));
  const byVerdict = choice("Verdict", verdicts);
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  form.append(status);

  const show = () => {
    let shown = 0;
    for (const { section, title, rows } of sections) {
      const chosen = [ALL, title].includes(bySource.value);
      let here = 0;
      for (const { row, verdict } of rows) {
        row.hidden = !(chosen && [ALL, verdict].includes(byVerdict.value));
        here += !row.hidden;
      }
      section.hidden = here === 0;
      shown += here;
    }
    status.textContent = `${shown} of ${total} claims`;
  };

  form.addEventListener("change", show);
  sections[0].section.before(form);
  show();
})();
