// A line of numbers on a canvas. Of many points that share a column of pixels the lowest and the
// highest are drawn, so that 100,000 points take as long as a few thousand.

const MARGIN = { left: 58, right: 10, top: 8, bottom: 22 };

/** Exponential moving average that starts without a bias; gaps stay gaps. */
export function smooth(numbers, weight) {
  if (weight === 0) {
    return numbers;
  }
  let sum = 0;
  let norm = 0;
  return numbers.map((number) => {
    if (number === null) {
      return null;
    }
    sum = weight * sum + (1 - weight) * number;
    norm = weight * norm + (1 - weight);
    return sum / norm;
  });
}

/** A number with few digits; what is none, such as NaN, comes as a text. */
export function shown(number, digits = 4) {
  if (typeof number !== "number") {
    return String(number ?? "none");
  }
  const size = Math.abs(number);
  if (size !== 0 && (size < 0.001 || size >= 100000)) {
    return number.toExponential(digits - 2);
  }
  return Number(number.toPrecision(digits)).toString();
}

export class Chart {
  /**
   * @param name what is drawn
   * @param open called with the index of the point that was chosen
   */
  constructor(name, open) {
    this.name = name;
    this.open = open;
    this.ids = [];
    this.raw = [];
    this.smoothed = [];
    this.at = null;
    this.figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    const title = document.createElement("strong");
    title.textContent = name;
    this.value = document.createElement("span");
    this.value.className = "faint";
    caption.append(title, this.value);
    this.canvas = document.createElement("canvas");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "img");
    this.figure.append(caption, this.canvas);
    this.canvas.addEventListener("pointermove", (event) => this.point(this.index(event)));
    this.canvas.addEventListener("pointerleave", () => this.point(null));
    this.canvas.addEventListener("click", (event) => this.choose(this.index(event)));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  show(ids, raw, weight) {
    this.ids = ids;
    this.raw = raw;
    this.smoothed = smooth(raw, weight);
    this.label();
    this.draw();
  }

  key(event) {
    const last = this.ids.length - 1;
    const from = this.at ?? last;
    const to = {
      ArrowLeft: from - 1,
      ArrowRight: from + 1,
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === "Enter" && this.at !== null) {
      this.choose(this.at);
    } else if (to !== undefined) {
      this.point(Math.min(last, Math.max(0, to)));
      event.preventDefault();
    }
  }

  choose(index) {
    if (index !== null && this.ids.length > 0) {
      this.open(index);
    }
  }

  point(index) {
    this.at = this.ids.length === 0 ? null : index;
    this.label();
    this.draw();
  }

  label() {
    const index = this.at ?? this.ids.length - 1;
    this.value.textContent =
      index < 0 ? "no steps yet" : `${this.ids[index]}: ${shown(this.raw[index])}`;
    this.canvas.setAttribute(
      "aria-label",
      `${this.name} over ${this.ids.length} steps; ${this.value.textContent}. Arrow keys move,` +
        " Enter opens the step.",
    );
  }

  index(event) {
    const box = this.canvas.getBoundingClientRect();
    const share =
      (event.clientX - box.left - MARGIN.left) / (box.width - MARGIN.left - MARGIN.right);
    const last = this.ids.length - 1;
    return last < 0 ? null : Math.min(last, Math.max(0, Math.round(share * last)));
  }

  draw() {
    const ratio = window.devicePixelRatio || 1;
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    if (width === 0 || height === 0) {
      return;
    }
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const style = getComputedStyle(this.canvas);
    const colour = (name) => style.getPropertyValue(name);
    const range = span(this.raw);
    if (range === null) {
      return;
    }
    const plot = {
      width: width - MARGIN.left - MARGIN.right,
      height: height - MARGIN.top - MARGIN.bottom,
    };
    const last = Math.max(1, this.ids.length - 1);
    const x = (index) => MARGIN.left + (index / last) * plot.width;
    const y = (value) =>
      MARGIN.top + (1 - (value - range.low) / (range.high - range.low)) * plot.height;
    pen.font = "12px system-ui, sans-serif";
    this.axes(pen, colour, range, plot, x, y);
    if (this.smoothed !== this.raw) {
      pen.globalAlpha = 0.3;
      line(pen, colour("--first"), this.raw, x, y, plot.width);
      pen.globalAlpha = 1;
    }
    line(pen, colour("--first"), this.smoothed, x, y, plot.width);
    if (this.at !== null && this.raw[this.at] !== null) {
      pen.fillStyle = colour("--second");
      pen.beginPath();
      pen.arc(x(this.at), y(this.raw[this.at]), 4, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  axes(pen, colour, range, plot, x, y) {
    pen.strokeStyle = colour("--line");
    pen.fillStyle = colour("--faint");
    pen.lineWidth = 1;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (let i = 0; i <= 4; i++) {
      const value = range.low + (i / 4) * (range.high - range.low);
      pen.beginPath();
      pen.moveTo(MARGIN.left, y(value));
      pen.lineTo(MARGIN.left + plot.width, y(value));
      pen.stroke();
      pen.fillText(shown(value, 3), MARGIN.left - 6, y(value));
    }
    pen.textAlign = "left";
    pen.textBaseline = "top";
    let free = 0;
    this.ids.forEach((id, index) => {
      const name = id.slice(0, id.indexOf("/"));
      const before = index === 0 ? "" : this.ids[index - 1];
      if (!before.startsWith(`${name}/`)) {
        const end = x(index) + pen.measureText(name).width;
        if (x(index) >= free && end <= MARGIN.left + plot.width) {
          pen.beginPath();
          pen.moveTo(x(index), MARGIN.top);
          pen.lineTo(x(index), MARGIN.top + plot.height);
          pen.stroke();
          pen.fillText(name, x(index), MARGIN.top + plot.height + 4);
          free = end + 16;
        }
      }
    });
  }
}

function span(numbers) {
  let low = Infinity;
  let high = -Infinity;
  for (const number of numbers) {
    if (number !== null) {
      low = Math.min(low, number);
      high = Math.max(high, number);
    }
  }
  if (low > high) {
    return null;
  }
  const room = high > low ? 0.05 * (high - low) : Math.abs(high) * 0.1 || 1;
  return { low: low - room, high: high + room };
}

function line(pen, colour, numbers, x, y, width) {
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  let down = false;
  const dense = numbers.length > 2 * width;
  let column = -1;
  let low = 0;
  let high = 0;
  const flush = () => {
    if (column >= 0) {
      pen.lineTo(column, y(low));
      pen.lineTo(column, y(high));
    }
  };
  numbers.forEach((number, index) => {
    if (number === null) {
      down = false;
      return;
    }
    if (!dense) {
      if (down) {
        pen.lineTo(x(index), y(number));
      } else {
        pen.moveTo(x(index), y(number));
        pen.lineTo(x(index) + 0.5, y(number));
      }
      down = true;
      return;
    }
    const here = Math.round(x(index));
    if (here !== column) {
      flush();
      column = here;
      low = number;
      high = number;
    }
    low = Math.min(low, number);
    high = Math.max(high, number);
  });
  if (dense) {
    flush();
  }
  pen.stroke();
}
