// Peaks as bars of a waveform.

/** `count` bars between 0 and 1: each the highest peak of its stretch, or the nearest one when there are too few. */
export function bars(peaks: readonly number[], count: number): number[] {
  if (peaks.length === 0) return Array.from({ length: count }, () => 0);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * peaks.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * peaks.length) / count));
    return Math.max(...peaks.slice(from, to)) / 255;
  });
}

/** One SVG path of rounded strokes for bars of a waveform, in a box of `bars.length * step` by `height`. */
export function path(heights: readonly number[], step: number, height: number): string {
  const least = 0.5;
  return heights
    .map((share, index) => {
      const half = Math.max(least, (share * (height - 2)) / 2);
      const x = (index + 0.5) * step;
      return `M${x.toFixed(1)} ${(height / 2 - half).toFixed(1)}V${(height / 2 + half).toFixed(1)}`;
    })
    .join("");
}
