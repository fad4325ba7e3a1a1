import type { Texts } from './en.ts';

/** What the dialogs say, in German. */
export const de: Texts = {
  locale: 'de',
  welcome: 'Guten Tag! Ich bin der Assistent dieses Shops.',
  hello: 'Guten Tag!',
  greeting: 'Guten Tag! Das kann ich für Sie tun:',
  identity:
    'Ich bin der Assistent dieses Shops: ein Programm, kein Mensch. Ich finde Bestellungen und zeige Angebote; schreiben Sie „Support“, um mit jemandem zu sprechen.',
  cardLate:
    'Das dauert länger als sonst, weil eines unserer Systeme langsam ist. Ihre Antwort kommt, sobald es geht.',
  yes: 'Ja',
  no: 'Nein',
  yesOrNo: 'Bitte antworten Sie mit Ja oder Nein.',
  helpInQuestion:
    'Beantworten Sie die Frage, oder schreiben Sie „abbrechen“, um aufzuhören, oder „Support“, um mit jemandem zu sprechen.',
  stopped: 'In Ordnung, ich habe abgebrochen.',
  nothingToStop: 'Es gibt nichts abzubrechen. Schreiben Sie „Hilfe“, um zu sehen, was ich kann.',
  notUnderstood: 'Das habe ich leider nicht verstanden. Das kann ich für Sie tun:',
  stillNotUnderstood: 'Ich verstehe es leider immer noch nicht. Jemand aus unserem Team kann Ihnen helfen:',
  thanks: 'Gern geschehen. Ich bin da, wenn Sie noch etwas brauchen.',
  cardRefused:
    'Das kann ich gerade leider nicht anzeigen. Bitte versuchen Sie es später noch einmal, oder schreiben Sie „Support“, um mit jemandem zu sprechen.',
  turnFailed:
    'Da ist bei uns leider etwas schiefgegangen. Bitte versuchen Sie es noch einmal, oder fragen Sie nach einem Menschen.',
  ordersAway:
    'Ich erreiche unser Bestellsystem gerade leider nicht. Bitte versuchen Sie es in ein paar Minuten noch einmal, oder schreiben Sie „Support“, um mit jemandem zu sprechen.',
  changeUnsure:
    'Unser Bestellsystem hat leider nicht geantwortet, deshalb weiß ich nicht, ob das geklappt hat. Bitte prüfen Sie es, bevor Sie es noch einmal versuchen, oder schreiben Sie „Support“, um mit jemandem zu sprechen.',

  askOrder: 'Wie lautet Ihre Bestellnummer? Zum Beispiel: 12345',
  orderNotRead: 'Ich brauche die Bestellnummer: 3 bis 12 Ziffern, zum Beispiel 12345. Wie lautet sie?',
  orderNotFound: (orderId) =>
    `Ich finde die Bestellung ${orderId} nicht. Bitte prüfen Sie die Nummer und schreiben Sie sie noch einmal.`,
  orderGivenUp: 'Ich konnte Ihre Bestellung nicht finden. Jemand aus unserem Team kann Ihnen helfen:',
  orderNotAtHand:
    'Die Nummer steht in Ihrer Bestätigungsmail. Ohne sie findet jemand aus unserem Team Ihre Bestellung:',
  askPostcode: (orderId) =>
    `Um die Bestellung ${orderId} zu zeigen, muss ich wissen, dass sie Ihre ist. Wie lautet die Postleitzahl der Lieferadresse?`,
  postcodeWrong:
    'Das passt nicht zu der Bestellung. Bitte schreiben Sie die Postleitzahl der Lieferadresse noch einmal.',
  notIdentified: 'Ich kann nicht prüfen, ob die Bestellung Ihre ist. Jemand aus unserem Team kann es:',
  returns:
    'Rückgaben, Erstattungen und Änderungen einer Bestellung macht ein Mensch aus unserem Team. So erreichen Sie ihn:',

  again: {
    hello: ['Noch einmal guten Tag!'],
    greeting: ['Noch einmal guten Tag! Was darf ich für Sie tun?'],
    identity: [
      'Immer noch ein Programm, der Assistent dieses Shops. Schreiben Sie „Support“, um mit einem Menschen zu sprechen.',
    ],
    stopped: ['Auch das habe ich abgebrochen.'],
    nothingToStop: [
      'Gerade läuft nichts, was ich abbrechen könnte. „Hilfe“ zeigt, was ich kann.',
      'Es ist alles ruhig: Es gibt nichts abzubrechen.',
    ],
    notUnderstood: [
      'Auch das verstehe ich leider nicht. Bitte wählen Sie etwas davon, oder sagen Sie es mit anderen Worten:',
      'Das kann ich leider nicht. Was ich kann:',
    ],
    thanks: ['Jederzeit gern. Ich bin da, wenn noch etwas ist.', 'Sehr gern.'],
    orderNotRead: [
      'Darin finde ich keine Nummer. Eine Bestellnummer hat 3 bis 12 Ziffern; sie steht in Ihrer Bestätigungsmail.',
    ],
    ordersAway: [
      'Unser Bestellsystem ist noch nicht wieder da. Bitte versuchen Sie es etwas später, oder schreiben Sie „Support“, um mit jemandem zu sprechen.',
    ],
    returns: ['Auch dafür ist ein Mensch aus unserem Team der richtige:'],
  },
  onceMore: ['Noch einmal: ', 'Wie gesagt: ', 'Erneut: '],
};
