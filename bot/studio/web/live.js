/** Milliseconds without typing before lint runs: on a slow machine it would delay the next picture. */
const restMs = 120;

/**
 * Returns the function that takes each new text. It asks for one picture at a time, always of the newest text, and for the
 * findings of lint when the typing rests.
 */
export function createLive(call, { onPreview, onFindings, onProblem }) {
  let latest;
  let wanted;
  let isShowing = false;
  let timer;

  async function lint(one) {
    const findings = await call('lint', { text: one.text, name: one.name });
    if (latest === one) onFindings(findings);
  }

  async function show() {
    isShowing = true;
    try {
      while (wanted !== undefined) {
        const one = wanted;
        wanted = undefined;
        const { text, sample, locale } = one;
        onPreview(await call('preview', { text, sample, locale }), one);
      }
    } finally {
      isShowing = false;
    }
  }

  return (one) => {
    wanted = one;
    latest = one;
    clearTimeout(timer);
    timer = setTimeout(() => void lint(one).catch(onProblem), restMs);
    if (!isShowing) void show().catch(onProblem);
  };
}
