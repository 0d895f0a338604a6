// Where things lie in the detail view, in CSS pixels from its top. A spectrogram gets its height here when there is one.

export const RULER = 22;
export const TAG = 17;
export const HIT = 24;

export function lanes(height, { spectrogram = 0 } = {}) {
  const waveEnd = Math.max(height - spectrogram, RULER + 1);
  return {
    ruler: { top: 0, bottom: RULER },
    wave: { top: RULER, bottom: waveEnd, middle: (RULER + waveEnd) / 2, half: (waveEnd - RULER) / 2 },
    spectrogram: { top: waveEnd, bottom: height },
  };
}
