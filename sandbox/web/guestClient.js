import { words } from './words.js';

/**
 * A client of the Web Messaging guest protocol: a session over one WebSocket, which is opened again when it is lost.
 * `on` is told `{session}`, `{message}`, `{history}`, `{typing}`, `{complaint}`, `{problem}`, `{ended}` and `{online}`.
 */
export class GuestClient {
  #socket;
  #route;
  #customer;
  #token;
  #on;
  #retries = 0;
  #isClosed = false;
  #isConfigured = false;
  /** What the customer said while there was no session; it is sent when there is one. */
  #waiting = [];
  /** Files on their way, by their ids. */
  #uploads = new Map();

  /** @param customer - the id of a customer who has signed in; without it he is a guest. */
  constructor({ route, customer, token, startNew, on }) {
    this.#route = route;
    this.#customer = customer;
    this.#token = token;
    this.#on = on;
    this.#open(startNew);
  }

  /** Sends the customer's words. */
  say(text) {
    this.#sendMessage({ type: 'Text', text });
  }

  /** Sends a click on a button or quick reply. */
  click(text, payload, type, originatingMessageId) {
    const buttonResponse = { type, text, payload, originatingMessageId };
    const content = [{ contentType: 'ButtonResponse', buttonResponse }];
    this.#sendMessage({ type: 'Structured', text, content });
  }

  /** Answers a list picker with `choices` of `{text, payload}`. */
  choose(choices, originatingMessageId) {
    const content = choices.map((choice) => ({
      contentType: 'ButtonResponse',
      buttonResponse: { type: 'ListPicker', ...choice, originatingMessageId },
    }));
    this.#sendMessage({ type: 'Structured', text: choices.map(({ text }) => text).join(', '), content });
  }

  /** Answers a form with the `response` of its fields. */
  answerForm({ cannedResponseId }, response, originatingMessageId) {
    const text = response.map(({ component }) => component.buttonResponse.text).join(', ');
    const form = { cannedResponseId, originatingMessageId, response };
    this.#sendMessage({ type: 'Structured', text, content: [{ contentType: 'Form', form }] });
  }

  /** Uploads a file and sends it. */
  attach(file) {
    const attachmentId = crypto.randomUUID();
    this.#uploads.set(attachmentId, file);
    const { name: fileName, type, size: fileSize } = file;
    const fileType = type || 'application/octet-stream';
    this.#send('onAttachment', { attachmentId, fileName, fileType, fileSize, errorsAsJson: true });
  }

  async #upload({ attachmentId, url, headers }) {
    const body = this.#uploads.get(attachmentId);
    if (!body) return;
    try {
      await fetch(url, { method: 'PUT', headers, body });
    } catch {
      this.#on({ problem: words.fileLost });
    }
  }

  #uploaded({ attachmentId: id }) {
    if (!this.#uploads.delete(id)) return;
    this.#sendMessage({
      type: 'Text',
      text: '',
      content: [{ contentType: 'Attachment', attachment: { id } }],
    });
  }

  close() {
    this.#isClosed = true;
    this.#socket.close();
  }

  #sendMessage(message) {
    if (this.#isConfigured && this.#socket.readyState === WebSocket.OPEN)
      this.#send('onMessage', { message });
    else this.#waiting.push(message);
  }

  #send(action, more) {
    this.#socket.send(
      JSON.stringify({ action, token: this.#token, tracingId: crypto.randomUUID(), ...more }),
    );
  }

  #open(startNew) {
    const address = new URL(
      `/v1?deploymentId=sandbox&typing=true&sandbox=true&route=${this.#route}`,
      location.href,
    );
    address.protocol = address.protocol.replace('http', 'ws');
    this.#socket = new WebSocket(address);
    this.#socket.addEventListener('open', () => {
      this.#retries = 0;
      if (this.#customer) void this.#signIn(startNew);
      else this.#send('configureSession', { deploymentId: 'sandbox', startNew });
    });
    this.#socket.addEventListener('message', ({ data }) => {
      if (!this.#isClosed) this.#receive(JSON.parse(data));
    });
    this.#socket.addEventListener('close', () => {
      if (this.#isClosed) return;
      this.#isConfigured = false;
      this.#on({ online: false });
      this.#retries += 1;
      setTimeout(() => this.#isClosed || this.#open(false), Math.min(10_000, 500 * 2 ** this.#retries));
    });
  }

  /** Plays the company's sign-in, and Genesys' exchange of its code. */
  async #signIn(startNew) {
    const post = async (path, body) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
      return response.json();
    };
    try {
      const { code } = await post('/sandbox/sign-in', { customerId: this.#customer });
      const { jwt } = await post('/api/v2/webdeployments/token/oauthcodegrantjwtexchange', {
        deploymentId: 'sandbox',
        oauth: { code },
      });
      const data = { code: jwt };
      this.#send('configureAuthenticatedSession', { deploymentId: 'sandbox', startNew, data });
    } catch {
      // A connection that is lost meanwhile is opened again.
      this.#socket.close();
    }
  }

  #receive({ class: name, code, body }) {
    if (name === 'SessionResponse') {
      this.#on({ online: true, session: body });
      this.#isConfigured = true;
      if (!body.newSession) this.#send('getJwt', {});
      for (const message of this.#waiting.splice(0)) this.#sendMessage(message);
    } else if (name === 'JwtResponse') {
      void this.#history(body.jwt);
    } else if (name === 'ConnectionClosedEvent' && body.reason === 'signedIn') {
      // The customer goes on elsewhere: opening again would close that session.
      this.close();
      this.#on({ ended: true });
    } else if (name === 'PresignedUrlResponse') {
      void this.#upload(body);
    } else if (name === 'UploadSuccessEvent') {
      this.#uploaded(body);
    } else if (name === 'GenerateUrlError' || name === 'UploadFailureEvent') {
      this.#uploads.delete(body.attachmentId);
      this.#on({ problem: `${words.fileRefused} ${body.errorMessage}` });
    } else if (name === 'SandboxComplaint') {
      this.#on({ complaint: body });
    } else if (name === 'TooManyRequestsErrorMessage') {
      this.#on({ problem: words.tooFast });
    } else if (code >= 400) {
      this.#on({ problem: `${body} (${code})` });
    } else if (name === 'StructuredMessage' && body.type === 'Event') {
      for (const event of body.events) {
        if (event.eventType === 'Typing') this.#on({ typing: event.typing.type === 'On' });
        if (event.presence?.type === 'Disconnect') this.#on({ ended: true });
      }
    } else if (name === 'StructuredMessage') {
      this.#on({ message: body });
    }
  }

  async #history(jwt) {
    const response = await fetch('/api/v2/webmessaging/messages?pageSize=100&sandbox=true', {
      headers: { authorization: `Bearer ${jwt}` },
    });
    if (!response.ok) return;
    const { entities } = await response.json();
    if (!this.#isClosed) this.#on({ history: entities.reverse() });
  }
}
