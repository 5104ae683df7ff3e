/** The JSON body of a message. */
type Payload = Readonly<Record<string, unknown>>;

/** The hosts of services with a message format of their own, and that format. */
const forms: readonly (readonly [host: RegExp, form: (text: string) => Payload])[] = [
  // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
  [/(^|\.)slack\.com$/, (text) => ({ text })],
  // https://discord.com/developers/docs/resources/webhook#execute-webhook
  [/(^|\.)discord(app)?\.com$/, (text) => ({ content: text, allowed_mentions: { parse: [] } })],
  // https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
  [/(^|\.)(logic\.azure\.com|powerplatform\.com|webhook\.office\.com)$/, teamsCard],
];

/** Returns the message in the format of the webhook's service; for an unknown service, under both usual keys. */
export function payloadFor(host: string, text: string): string {
  const form =
    forms.find(([pattern]) => pattern.test(host))?.[1] ??
    ((message) => ({ text: message, content: message }));
  return JSON.stringify(form(text), null, 2);
}

function teamsCard(text: string): Payload {
  const card = {
    type: 'AdaptiveCard',
    version: '1.4',
    body: text.split('\n').map((line) => ({ type: 'TextBlock', text: line, wrap: true })),
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }],
  };
}
