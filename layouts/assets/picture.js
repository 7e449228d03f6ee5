/* A chart as a picture file: the drawing in its light colours on white, with title, subtitle, source and release,
   and the house font inside, so that it looks the same wherever it is opened. Nothing leaves the browser. */
(function () {
  "use strict";
  const PAD = 20;
  const SHARP = 2;
  const FONTS = { 400: "/fonts/regular.ttf", 600: "/fonts/semibold.ttf", 700: "/fonts/bold.ttf" };
  const FAMILY = "Be Vietnam Pro";
  let fonts = null;

  function base64(buffer) {
    const bytes = new Uint8Array(buffer);
    let text = "";
    for (let at = 0; at < bytes.length; at += 0x8000) {
      text += String.fromCharCode.apply(null, bytes.subarray(at, at + 0x8000));
    }
    return btoa(text);
  }

  async function face(weight) {
    const answer = await fetch(FONTS[weight]);
    const data = base64(await answer.arrayBuffer());
    return `@font-face{font-family:"${FAMILY}";font-weight:${weight};src:url(data:font/ttf;base64,${data})}`;
  }

  function faces() {
    fonts = fonts || Promise.all(Object.keys(FONTS).map(face)).then((made) => made.join(""));
    return fonts;
  }

  function escaped(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }

  // Lines of a text that fit the width, broken between words.
  function wrapped(text, size, weight, width) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${weight} ${size}px "${FAMILY}", sans-serif`;
    const lines = [];
    text.split(/\s+/).forEach(function (word) {
      const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
      if (lines.length && pen.measureText(longer).width <= width) { lines[lines.length - 1] = longer; }
      else { lines.push(word); }
    });
    return lines;
  }

  // Text blocks stacked from `top`: SVG and where they end.
  function stacked(blocks, top, width) {
    let y = top;
    const made = [];
    blocks.filter((block) => block.text).forEach(function (block) {
      wrapped(block.text, block.size, block.weight, width).forEach(function (line) {
        y += block.size * 1.35;
        made.push(`<text x="${PAD}" y="${y}" font-size="${block.size}" font-weight="${block.weight}" fill="${block.color}">${escaped(line)}</text>`);
      });
      y += block.size * 0.35;
    });
    return { svg: made.join(""), end: y };
  }

  function light(name) {
    // The tokens of the light theme, whatever is on the screen.
    const root = document.documentElement;
    const kept = root.dataset.theme;
    root.dataset.theme = "light";
    const color = getComputedStyle(root).getPropertyValue(name).trim();
    root.dataset.theme = kept;
    return color;
  }

  async function drawn(plot, about) {
    const width = Math.round(plot.offsetWidth);
    const height = Math.round(plot.offsetHeight);
    const figure = { data: plot.data, layout: Object.assign({}, plot.layout, { width: width, height: height, autosize: false }) };
    const raw = await window.Plotly.toImage(figure, { format: "svg", width: width, height: height, imageDataOnly: true });
    const ink = light("--ink");
    const muted = light("--muted");
    const head = stacked([
      { text: about.title, size: 20, weight: 700, color: ink },
      { text: about.subtitle, size: 13, weight: 400, color: muted },
    ], PAD / 2, width);
    const made_up = document.querySelector(".simulated");
    const lines = (made_up ? [made_up.textContent] : []).concat(about.lines);
    const foot = stacked(lines.map((text) => ({ text: text, size: 11, weight: 400, color: muted })), head.end + height + PAD, width);
    const whole = { width: width + 2 * PAD, height: Math.ceil(foot.end + PAD / 2) };
    // The drawing says itself what kind of document it is.
    const names = Array.from(new Set(raw.match(/xmlns(:xlink)?="[^"]+"/g))).join(" ");
    const inner = raw.replace(/^<\?xml[^>]*>/, "").replace(/<svg /, `<svg x="${PAD}" y="${Math.round(head.end + PAD / 2)}" `);
    const svg = `<svg ${names} width="${whole.width}" height="${whole.height}" viewBox="0 0 ${whole.width} ${whole.height}" font-family="'${FAMILY}', system-ui, sans-serif">` +
      `<title>${escaped(about.title)}</title><style>${await faces()}</style><rect width="100%" height="100%" fill="${light("--paper")}"/>` +
      `${head.svg}${inner}${foot.svg}</svg>`;
    return Object.assign({ svg: svg }, whole);
  }

  function pixels(picture) {
    return new Promise(function (resolve, reject) {
      const image = new Image();
      image.onload = function () {
        const canvas = document.createElement("canvas");
        canvas.width = picture.width * SHARP;
        canvas.height = picture.height * SHARP;
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(resolve, "image/png");
      };
      image.onerror = reject;
      image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(picture.svg);
    });
  }

  function fileName(about, format) {
    const plain = about.title.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
    const slug = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 80);
    return [slug, about.release].filter(Boolean).join("_") + "." + format;
  }

  async function save(button) {
    const block = button.closest("[data-picture-about]");
    const plot = block && block.querySelector(".js-plotly-plot");
    if (!plot || !window.Plotly) { return; }
    const about = JSON.parse(block.dataset.pictureAbout);
    const format = button.dataset.picture;
    button.disabled = true;
    try {
      const picture = await drawn(plot, about);
      const blob = format === "png" ? await pixels(picture) : new Blob([picture.svg], { type: "image/svg+xml" });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = fileName(about, format);
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    } finally {
      button.disabled = false;
    }
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("[data-picture]");
    if (button) { save(button); }
  });
})();
