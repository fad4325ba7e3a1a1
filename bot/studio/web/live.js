/** Lint waits until the typing rests: on a slow machine it would hold up the next picture. */
const restMs = 120;

/**
 * Makes what keeps the picture up with the text: one call for a picture at a time, the newest text always; and what is wrong
 * with it when the typing rests.
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
