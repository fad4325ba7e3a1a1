/* Runs in the page of webChat.long.test.ts, beside Bot Framework Web Chat. */

/** An observable as Web Chat asks for it: it gives these values to whoever subscribes. */
function observableOf(values) {
  return {
    subscribe(observer) {
      const next = typeof observer === 'function' ? observer : (value) => observer.next?.(value);
      for (const value of values) next(value);
      return { unsubscribe() {} };
    },
  };
}

/** Draws messages in Web Chat; gives its place, and the element of each attachment, or of the message where it has none. */
async function drawMessages(messages) {
  const place = document.createElement('div');
  place.style.cssText = 'width: 600px; height: 2000px';
  document.body.append(place);
  const activities = messages.map((message, i) => ({
    type: 'message',
    id: `a${i}`,
    timestamp: new Date(1_700_000_000_000 + i).toISOString(),
    from: { id: 'bot', role: 'bot' },
    ...message,
  }));
  window.WebChat.renderWebChat(
    {
      directLine: {
        connectionStatus$: observableOf([0, 1, 2]),
        activity$: observableOf(activities),
        postActivity: () => observableOf([]),
        end() {},
      },
      userID: 'u',
    },
    place,
  );
  const parts = messages.reduce((sum, { attachments = [] }) => sum + Math.max(1, attachments.length), 0);
  const drawn = () => [
    ...place.querySelectorAll('.ac-adaptiveCard, .webchat__bubble__content:not(:has(.ac-adaptiveCard))'),
  ];
  while (drawn().length < parts) await new Promise((resolve) => setTimeout(resolve, 20));
  return { place, elements: drawn() };
}

/**
 * Draws messages in Web Chat, and reads what can be seen of each attachment, or of the message where it has none: its texts
 * in their order, and the address of each link.
 */
// biome-ignore lint/correctness/noUnusedVariables: the test calls it.
async function readInWebChat(messages) {
  const { place, elements } = await drawMessages(messages);
  const seen = elements.map((content) => {
    const fields = content.querySelectorAll('.ac-textBlock, .ac-pushButton');
    return {
      texts: (fields.length > 0 ? [...fields] : [content]).map((field) => field.innerText),
      links: [...content.querySelectorAll('a[href], button[value]')].map(
        (link) => link.getAttribute('href') ?? link.value,
      ),
    };
  });
  place.remove();
  return seen;
}
