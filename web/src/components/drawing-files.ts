// Files of a drawing in the page: as it is seen, with the colours that its classes give it.
import { download } from "../csv";

const COPIED = ["fill", "fill-opacity", "font-family", "font-size"] as const;
const SCALE = 2;

export function saveDrawingSvg(name: string, drawing: SVGSVGElement): void {
  download(`${name}.svg`, new Blob([writeDrawing(drawing)], { type: "image/svg+xml" }));
}

export async function saveDrawingPng(name: string, drawing: SVGSVGElement): Promise<void> {
  const { width, height } = drawing.getBoundingClientRect();
  const address = URL.createObjectURL(new Blob([writeDrawing(drawing)], { type: "image/svg+xml" }));
  try {
    const image = new Image(width * SCALE, height * SCALE);
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((content) => content && download(`${name}.png`, content));
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Write a copy whose looks need no style sheet, on the surface it stands on. */
function writeDrawing(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const { width, height } = drawing.getBoundingClientRect();
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const seen = drawing.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((element, at) => {
    const style = getComputedStyle(seen[at] as Element);
    for (const name of COPIED) element.setAttribute(name, style.getPropertyValue(name));
    element.removeAttribute("class");
  });
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(document.documentElement).getPropertyValue("--surface").trim());
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}
