/**
 * Makes what keeps the picture up with the text: one call for a picture at a time, the newest text always, and what is wrong
 * with it as soon as no newer text waits.
 */
export function createLive(call, { onPreview, onFindings, onProblem }) {
  let wanted;
  let isShowing = false;
  let isLinting = false;

  async function lint(one) {
    if (isLinting) return;
    isLinting = true;
    const findings = await call('lint', { text: one.text, name: one.name });
    isLinting = false;
    if (latest === one) onFindings(findings);
    else await lint(latest);
  }

  let latest;
  async function show() {
    isShowing = true;
    while (wanted !== undefined) {
      const one = wanted;
      wanted = undefined;
      const { text, sample, locale } = one;
      onPreview(await call('preview', { text, sample, locale }), one);
      if (wanted === undefined) void lint(one).catch(failed);
    }
    isShowing = false;
  }

  const failed = (error) => {
    isShowing = false;
    isLinting = false;
    onProblem(error);
  };

  return (one) => {
    wanted = one;
    latest = one;
    if (!isShowing) void show().catch(failed);
  };
}
