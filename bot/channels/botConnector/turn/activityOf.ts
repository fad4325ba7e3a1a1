/**
 * The activity that somebody wants to see converted: a bare Adaptive Card, or a bare attachment of any kind, is what they copied from
 * a designer or from code, so it becomes a message that holds it.
 */
export function activityOf(value: object): object {
  if (Reflect.get(value, 'type') === 'AdaptiveCard')
    return messageWith({ contentType: 'application/vnd.microsoft.card.adaptive', content: value });
  return typeof Reflect.get(value, 'contentType') === 'string' ? messageWith(value) : value;
}

const messageWith = (attachment: object): object => ({ type: 'message', attachments: [attachment] });
