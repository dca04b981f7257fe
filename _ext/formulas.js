// Typesets for formulas.py: node formulas.js FOLDER, where FOLDER holds MathJax. It first writes a line with the style
// sheet that all formulas share; then each line that comes in, {tex, display}, is answered by one,
// {html, width, height, depth} or {error}; lengths are in em of the formula's own type.
const readline = require("node:readline");

async function main(folder) {
  const MathJax = await require(`${folder}/node-main.js`).init({
    loader: { load: ["input/tex-full", "output/chtml", "a11y/assistive-mml"] },
    // What cannot be read is refused, not shown in red.
    tex: { packages: { "[-]": ["noerrors", "noundefined"] }, formatError: (_, error) => { throw error; } },
    // Rules for all characters, whoever was typeset now and who earlier: bundle.py leaves out those that no page has.
    chtml: { adaptiveCSS: false, matchFontHeight: false, fontURL: "fonts" },
  });
  const { adaptor, document, output } = MathJax.startup;
  const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

  answer({ style: adaptor.textContent(MathJax.chtmlStylesheet()) });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { tex, display } = JSON.parse(line);
    try {
      const html = adaptor.outerHTML(MathJax.tex2chtml(tex, { display }));
      const { w: width, h: height, d: depth } = output.getBBox(output.math, document);
      answer({ html, width, height, depth });
    } catch (error) {
      if (!error.id) throw error;    // TeX's errors have one
      answer({ error: error.message });
    }
  }
}

main(process.argv[2]);
