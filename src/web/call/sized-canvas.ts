/**
 * Keeps a canvas as large as it is shown, in device pixels, and has it drawn anew when that changes. Returns what ends
 * this.
 */
export function sizedCanvas(canvas: HTMLCanvasElement, draw: () => void): () => void {
  const sized = new ResizeObserver(() => {
    canvas.width = Math.round(canvas.clientWidth * devicePixelRatio);
    canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
    draw();
  });
  sized.observe(canvas);
  return () => sized.disconnect();
}
