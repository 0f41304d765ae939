// A line of numbers on a canvas. Of many points that share a column of pixels the lowest and the
// highest are drawn, so that 100,000 points take as long as a few thousand.

const MARGIN = { left: 58, right: 10, top: 8, bottom: 22 };

/** Of a line by its number; the dashes tell lines apart where colours do not. */
const INKS = ["--first", "--second", "--third", "--fourth"];
const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

/** Numbers that grow at their end; what is none is NaN. */
export class Series {
  constructor() {
    this.values = new Float32Array(1024);
    this.length = 0;
  }

  /** Appends numbers, or null where there is none. */
  append(numbers) {
    const length = this.length + numbers.length;
    if (length > this.values.length) {
      const more = new Float32Array(Math.max(length, 2 * this.values.length));
      more.set(this.values.subarray(0, this.length));
      this.values = more;
    }
    for (let i = 0; i < numbers.length; i++) {
      this.values[this.length + i] = numbers[i] ?? NaN;
    }
    this.length = length;
  }

  at(index) {
    const value = this.values[index];
    return index < 0 || index >= this.length || Number.isNaN(value) ? null : value;
  }

  get empty() {
    for (let i = 0; i < this.length; i++) {
      if (!Number.isNaN(this.values[i])) {
        return false;
      }
    }
    return true;
  }

  /** Exponential moving average that starts without a bias; gaps stay gaps. */
  smooth(weight) {
    if (weight === 0) {
      return this;
    }
    const smooth = new Series();
    smooth.values = new Float32Array(this.length);
    smooth.length = this.length;
    let sum = 0;
    let norm = 0;
    for (let i = 0; i < this.length; i++) {
      const value = this.values[i];
      if (!Number.isNaN(value)) {
        sum = weight * sum + (1 - weight) * value;
        norm = weight * norm + (1 - weight);
      }
      smooth.values[i] = Number.isNaN(value) ? NaN : sum / norm;
    }
    return smooth;
  }
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
   * @param open called with the index of the point that was chosen, and the ids of the points
   */
  constructor(name, open) {
    this.name = name;
    this.open = open;
    this.ids = [];
    this.marks = [];
    this.lines = [];
    this.weight = 0;
    this.at = null;
    this.visible = false;
    this.stale = true;
    this.waiting = false;
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
    // The lines are drawn when they change; a pointer only moves over their picture.
    this.picture = document.createElement("canvas");
    this.figure.append(caption, this.canvas);
    this.canvas.addEventListener("pointermove", (event) => this.point(this.index(event)));
    this.canvas.addEventListener("pointerleave", () => this.point(null));
    this.canvas.addEventListener("click", (event) => this.choose(this.index(event)));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.change()).observe(this.canvas);
    new IntersectionObserver((seen) => {
      this.visible = seen.at(-1).isIntersecting;
      this.later();
    }).observe(this.canvas);
  }

  /**
   * @param ids of the points
   * @param marks [{ index, name }] where a new part begins
   * @param lines [Series], the first is the one that a pointer reads
   * @param weight of smoothing, 0 to 1
   */
  show(ids, marks, lines, weight) {
    this.ids = ids;
    this.marks = marks;
    this.lines = lines;
    this.weight = weight;
    this.label();
    this.change();
  }

  change() {
    this.stale = true;
    this.later();
  }

  /** Draws with the next frame, if it is seen. */
  later() {
    if (this.visible && !this.waiting) {
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        this.draw();
      });
    }
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
      this.open(index, this.ids);
    }
  }

  point(index) {
    this.at = this.ids.length === 0 ? null : index;
    this.label();
    this.later();
  }

  label() {
    const index = this.at ?? this.ids.length - 1;
    this.value.textContent =
      index < 0
        ? "no steps yet"
        : `${this.ids[index]}: ${this.lines.map((line) => shown(line.at(index))).join(", ")}`;
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
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    if (width === 0 || height === 0) {
      return;
    }
    if (this.stale) {
      this.stale = false;
      this.scale = this.paint(width, height);
    }
    this.canvas.width = this.picture.width;
    this.canvas.height = this.picture.height;
    const pen = this.canvas.getContext("2d");
    pen.drawImage(this.picture, 0, 0);
    const value = this.at === null ? null : this.lines[0].at(this.at);
    if (value !== null && this.scale !== null) {
      pen.scale(this.scale.ratio, this.scale.ratio);
      pen.fillStyle = getComputedStyle(this.canvas).getPropertyValue("--second");
      pen.beginPath();
      pen.arc(this.scale.x(this.at), this.scale.y(value), 4, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  /** Draws axes and lines, and gives the scale; null where there is nothing to draw. */
  paint(width, height) {
    const ratio = window.devicePixelRatio || 1;
    this.picture.width = width * ratio;
    this.picture.height = height * ratio;
    const pen = this.picture.getContext("2d");
    pen.scale(ratio, ratio);
    const style = getComputedStyle(this.canvas);
    const colour = (name) => style.getPropertyValue(name);
    const range = span(this.lines);
    if (range === null) {
      return null;
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
    this.lines.forEach((series, number) => {
      const ink = colour(INKS[number]);
      pen.setLineDash(DASHES[number]);
      if (this.weight > 0) {
        pen.globalAlpha = 0.3;
        line(pen, ink, series, x, y, plot.width);
        pen.globalAlpha = 1;
      }
      line(pen, ink, series.smooth(this.weight), x, y, plot.width);
    });
    pen.setLineDash([]);
    return { x, y, ratio };
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
    for (const { index, name } of this.marks) {
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
  }
}

function span(lines) {
  let low = Infinity;
  let high = -Infinity;
  for (const { values, length } of lines) {
    for (let i = 0; i < length; i++) {
      const value = values[i];
      if (value < low) {
        low = value;
      }
      if (value > high) {
        high = value;
      }
    }
  }
  if (low > high) {
    return null;
  }
  const room = high > low ? 0.05 * (high - low) : Math.abs(high) * 0.1 || 1;
  return { low: low - room, high: high + room };
}

function line(pen, colour, series, x, y, width) {
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  if (series.length > 2 * width) {
    dense(pen, series, x, y, width);
  } else {
    each(pen, series, x, y);
  }
  pen.stroke();
}

function each(pen, { values, length }, x, y) {
  let down = false;
  for (let i = 0; i < length; i++) {
    if (Number.isNaN(values[i])) {
      down = false;
    } else if (down) {
      pen.lineTo(x(i), y(values[i]));
    } else {
      pen.moveTo(x(i), y(values[i]));
      pen.lineTo(x(i) + 0.5, y(values[i]));
      down = true;
    }
  }
}

/** The lowest and the highest point of each column of pixels. */
function dense(pen, { values, length }, x, y, width) {
  const columns = Math.max(1, Math.floor(width));
  for (let column = 0; column < columns; column++) {
    const begin = Math.floor((column * length) / columns);
    const end = Math.floor(((column + 1) * length) / columns);
    let low = Infinity;
    let high = -Infinity;
    for (let i = begin; i < end; i++) {
      const value = values[i];
      if (value < low) {
        low = value;
      }
      if (value > high) {
        high = value;
      }
    }
    if (low <= high) {
      pen.lineTo(x(begin), y(low));
      pen.lineTo(x(begin), y(high));
    }
  }
}
