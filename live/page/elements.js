// Elements of the page, made in one expression.

export function element(tag, properties = {}, ...children) {
  const el = Object.assign(document.createElement(tag), properties);
  el.append(...children);
  return el;
}

export function button(textContent, press, className = "live-quiet") {
  const el = element("button", { type: "button", className, textContent });
  el.addEventListener("click", press);
  return el;
}
