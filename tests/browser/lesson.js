// Touches everything that is alive on a page, and tells what is there, and what of it stays still.
async () => {
  const painted = () => new Promise((done) => setTimeout(done, 20));
  for (const place of document.querySelectorAll(".optlearn-live"))
    for (let tries = 0; tries < 250 && !place.classList.contains("alive"); tries++) {
      place.scrollIntoView(); // what comes near is made ready
      await painted();
    }
  scrollTo(0, 0);
  const wrong = [];
  const labs = [...document.querySelectorAll(".optlearn-lab")];
  const places = [...document.querySelectorAll(".optlearn-live")];
  for (const place of places) if (!place.classList.contains("alive")) wrong.push(`not alive: ${place.className}`);
  for (const [index, lab] of labs.entries()) {
    const text = () => lab.querySelector(".text").textContent;
    const before = text();
    if (!/after \d+ steps|diverged/.test(before)) wrong.push(`lab ${index} says: ${before}`);
    const slider = lab.querySelector(".slider input");
    if (slider) {
      slider.value = Number(slider.value) > 2 ? Number(slider.value) - 2 : Number(slider.value) + 2;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      slider.dispatchEvent(new Event("change", { bubbles: true }));
    } else lab.querySelector(".start").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
    if (text() === before) wrong.push(`lab ${index} stays: ${before}`);
    const pad = lab.querySelector(".pad");
    const moved = text();
    if (pad && !pad.hidden) {
      pad.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
      pad.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
      if (text() === moved) wrong.push(`the map of lab ${index} stays`);
    }
    lab.querySelector(".reset").click();
    await painted();
  }
  const predictions = [...document.querySelectorAll(".optlearn-practice.predict")];
  for (const [index, question] of predictions.entries()) {
    const option = question.querySelector(".option");
    if (option) option.click();
    else {
      question.querySelector("input").value = "1e30";
      question.querySelector(".number button").click();
    }
    await painted();
    const said = question.querySelector(".verdict").textContent;
    const reasons = [...question.querySelectorAll(".reason")].filter(({ textContent }) => textContent.length < 3);
    if (!/is right|it is/.test(said) || reasons.length) wrong.push(`question ${index} says: ${said}`);
  }
  const challenges = [...document.querySelectorAll(".optlearn-practice.challenge")];
  for (const [index, challenge] of challenges.entries()) {
    challenge.querySelector(".again").click();
    await painted();
    const said = challenge.querySelector(".verdict").textContent;
    if (!/^Not yet: .+\.$/.test(said)) wrong.push(`challenge ${index} says: ${said}`);
  }
  const progress = document.querySelector(".optlearn-practice.progress");
  const line = progress?.querySelector(".verdict").textContent;
  if (progress && !line.startsWith(`${predictions.length} of ${predictions.length}`)) wrong.push(`progress says: ${line}`);
  document.querySelector(".optlearn-practice.progress button")?.click();
  const elsewhere = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => !name.startsWith(location.origin) && !/^(data|blob):/.test(name));
  return { labs: labs.length, predictions: predictions.length, challenges: challenges.length, wrong: [...wrong, ...elsewhere] };
}
