// Elements of the page.

/** A new element with properties and children. JupyterLab leaves its keys alone. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.setAttribute("data-lm-suppress-shortcuts", "true");
  made.append(...children);
  return made;
}

/** Write a text only where it is another one: what is announced is then announced once. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
