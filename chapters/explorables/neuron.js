// One sigmoid neuron, input 1 and answer 0, learns by gradient descent under two losses: its pull, its output, its way.
// needs functions.js
"use strict";

const neuron = (() => {
  const { html, mount, slide, choice, button, legend, decades, Plot, number, power } = explorable;

  // ---- The mathematics ----

  const { log10, max, min } = Math;
  const { value: sigmoid, slope } = functions.sigmoid;

  /** The derivative of each loss with respect to the score z, where the right answer is 0. */
  const pulls = {
    squared: (z) => sigmoid(z) * slope(z),
    entropy: (z) => sigmoid(z),
  };

  /** The scores at the start and after each epoch; weight and bias both move by rate times the pull. */
  function learn(loss, { w, b, rate }, epochs) {
    const scores = [w + b];
    for (let t = 0; t < epochs; t++) {
      const pull = pulls[loss](w + b);
      w -= rate * pull;
      b -= rate * pull;
      scores.push(w + b);
    }
    return scores;
  }

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  const code = ({ w, b, rate, loss, epoch }) => `import matplotlib.pyplot as plt
import numpy as np

from nnlib import plotting
from nnlib.activations import sigmoid

pulls = {${loss === "entropy" ? "" : `
    "squared error": lambda z: sigmoid(z) * sigmoid.derivative(z),`}${loss === "squared" ? "" : `
    "cross-entropy": sigmoid,`}
}
outputs = {}
for name, pull in pulls.items():
    scores = [${w} + ${b}]                    # weight + bias: the input is 1
    for _ in range(${EPOCHS}):
        scores.append(scores[-1] - 2 * ${rate} * pull(scores[-1]))
    outputs[name] = sigmoid(np.array(scores))
    print(f"{name}, epoch ${epoch}: output {outputs[name][${epoch}]:.3g}, "
          f"pull {pull(scores[${epoch}]):.3g}")

plotting.curves(np.arange(${EPOCHS + 1}), outputs, xlabel="epoch", ylabel="output a")
plt.show()`;

  // ---- The picture ----

  const LOSSES = [["squared", "squared error", "first"], ["entropy", "cross-entropy", "second"]];
  const EPOCHS = 300, FAR = 10, LOWEST = -6;
  const GRID = Array.from({ length: 201 }, (_, i) => FAR * (i - 100) / 100);

  function fill(place) {
    const state = { w: 2, b: 2, rate: 0.15, loss: "both", epoch: 100 };
    const set = (key) => (to) => { state[key] = to; draw(); };
    const start = [["w", "Start weight w"], ["b", "Start bias b"]].map(([key, label]) => slide({ label, min: -4, max: 4,
      step: 0.1, value: state[key], change: set(key) }));
    const rate = slide({ label: "Learning rate η", values: decades(-2, 1), value: state.rate, change: set("rate") });
    const loss = choice({ label: "Loss", value: state.loss, change: set("loss"),
      options: [["both", "both"], ...LOSSES.map(([key, name]) => [key, name])] });
    const epoch = slide({ label: "Epoch", min: 0, max: EPOCHS, step: 1, value: state.epoch, show: String,
      change: set("epoch") });

    let timer;
    const play = button("Play", () => {
      if (timer) return stop();
      if (state.epoch === EPOCHS) epoch.to(0);
      play.rename("Pause");
      reading.setAttribute("aria-live", "off");
      timer = setInterval(() => {
        epoch.to(min(state.epoch + 2, EPOCHS));
        if (state.epoch === EPOCHS) stop();
      }, 50);
    });
    function stop() {
      timer = clearInterval(timer);
      play.rename("Play");
      reading.removeAttribute("aria-live");
    }

    const time = { label: "epoch", low: 0, high: EPOCHS, ticks: [0, 100, 200, 300] };
    const field = new Plot({ title: "pull dL/dz, over the score z", height: 200,
      x: { label: "score z", low: -FAR, high: FAR, ticks: [-10, -5, 0, 5, 10] } });
    const outputs = new Plot({ title: "output a, which should be 0", height: 200, x: { ...time }, pick: epoch.to });
    const sizes = new Plot({ title: "pull dL/dz, by epoch", height: 200, x: { ...time }, pick: epoch.to });
    field.scale({ low: -0.04, high: 1.04, ticks: [0, 0.25, 0.5, 0.75, 1] });
    outputs.scale({ low: -0.04, high: 1.04, ticks: [0, 0.25, 0.5, 0.75, 1] });
    sizes.scale({ low: LOWEST, high: 0.2, ticks: [-6, -4, -2, 0], show: (e) => (e ? power(e) : "1") });
    const now = [outputs, sizes].map((plot) => plot.curve("guide"));
    const drawn = LOSSES.map(([key, name, kind]) => {
      const law = field.curve(kind);
      law.setAttribute("d", field.path(GRID.map((z) => [z, pulls[key](z)])));
      return { key, name, law, dot: field.dot(kind), output: outputs.curve(kind), size: sizes.curve(kind),
        marks: [outputs.dot(kind), sizes.dot(kind)] };
    });
    const reading = html("p", { role: "status", style: "min-height: 6.4em" });

    function draw() {
      const said = [];
      for (const { key, name, law, dot, output, size, marks } of drawn) {
        const shown = state.loss === "both" || state.loss === key;
        for (const el of [law, dot, output, size, ...marks]) el.style.display = shown ? "" : "none";
        if (!shown) continue;
        const scores = learn(key, state, EPOCHS), z = scores[state.epoch], pull = pulls[key](z);
        output.setAttribute("d", outputs.path(scores.map((s, t) => [t, sigmoid(s)])));
        size.setAttribute("d", sizes.path(scores.map((s, t) => [t, log10(pulls[key](s))])));
        field.move(dot, max(min(z, FAR), -FAR), pull);
        outputs.move(marks[0], state.epoch, sigmoid(z));
        sizes.move(marks[1], state.epoch, max(log10(pull), LOWEST));
        said.push(`With ${name}, epoch ${state.epoch}: output ${number(sigmoid(z), 3)}, pull ${number(pull, 3)}.`);
      }
      now.forEach((el, i) => el.setAttribute("d", [outputs, sizes][i].path([[state.epoch, -9], [state.epoch, 2]])));
      const from = `from w = ${number(state.w, 3)}, b = ${number(state.b, 3)}`;
      field.name(`The pull of each loss over the score, and where the neuron is after ${state.epoch} epochs ${from}`);
      outputs.name(`The output against the number of epochs, ${from}; ${state.epoch} marked`);
      sizes.name(`The pull against the number of epochs on a logarithmic axis, ${from}; ${state.epoch} marked`);
      const first = `Start: output ${number(sigmoid(state.w + state.b), 3)}, score ${number(state.w + state.b, 3)}.`;
      reading.replaceChildren(...[first, ...said].map((words) => html("span", {}, words)));
    }

    draw();
    place.append(
      html("div", {}, html("div", { class: "controls" }, ...start.map((slider) => slider.el), rate.el, loss.el), field.el,
        legend(LOSSES.map(([, name, kind]) => [kind, name])), html("div", { class: "controls" }, play.el, epoch.el),
        reading),
      html("div", {}, outputs.el, sizes.el));
    return () => code(state);
  }

  mount("neuron", fill);
  return { pulls, learn };
})();
