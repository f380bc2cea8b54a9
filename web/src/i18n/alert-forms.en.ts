/** Words of the forms in which alerting is set up, and of what the server refused. */
export const alertFormsEn = {
  refused: {
    resolved: 'This alert has ended already.',
    not_resolved: 'This alert has not ended yet.',
    second_account_needed: 'A red alert is ended by another account; you have confirmed already.',
    sign_in_needed: 'At least one of the two accounts has to confirm while signed in.',
    not_taken: 'Nobody has taken it yet; take it first.',
    address: 'This channel does not take such an address. Check it and try again.',
    secret: 'The secret is not right: a webhook takes one that begins with whsec_.',
    code: 'The code is wrong or no longer valid. Check it, or have it sent again.',
    text: 'This looks as if it held contact data. Change it, then save.',
    note: 'This looks as if it held contact data or a name. Change it; if it holds none, tick the box below.',
  },
}
