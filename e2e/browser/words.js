// The words by which the mission is found in the console. The French ones are those of the
// lesson, which says for instance: under "Messagerie", at "Échec du gestionnaire principal",
// choose "TwiML Bin"; give it a "nom convivial"; "Créer"; "Enregistrer".
export const words = {
  en: {
    numbers: "Numbers", messaging: "Messaging", comesIn: "A message comes in", fails: "Primary handler fails",
    kind: "TwiML (TwiML Bin)", list: "TwiML Bin", plus: "New TwiML Bin", edit: "edit", name: "Friendly name",
    create: "Create", save: "Save", saved: "Saved", valid: "Valid Messaging TwiML", silent: "Valid, sends nothing",
    place: "line 3, column 4", segments: "1 segment", wide: "makes it UCS-2",
    warning: "This will send every text to the fallback", anyway: "Save anyway", restore: "Restore version 1",
    phone: "Phone", to: "Text a number", begin: "Start a conversation", text: "Text", send: "Send",
    primary: /primary/i, fallback: /fallback/i, line: /line 2, column 1/i,
    drills: "Drills", number: "Number", drill: "Run drill", drilled: "17 of 17 passed",
  },
  fr: {
    numbers: "Numéros", messaging: "Messagerie", comesIn: "Message entrant", fails: "Échec du gestionnaire principal",
    kind: "TwiML (TwiML Bin)", list: "TwiML Bin", plus: "Nouveau TwiML Bin", edit: "modifier", name: "Nom convivial",
    create: "Créer", save: "Enregistrer", saved: "Enregistré", valid: "TwiML de messagerie valide", silent: "Valide, n’envoie rien",
    place: "ligne 3, colonne 4", segments: "1 segment", wide: "impose UCS-2",
    warning: "Tous les messages iront au secours", anyway: "Enregistrer quand même", restore: "Rétablir la version 1",
    phone: "Téléphone", to: "Écrire à un numéro", begin: "Commencer une conversation", text: "Message", send: "Envoyer",
    primary: /principal/i, fallback: /secours/i, line: /ligne 2, colonne 1/i,
    drills: "Exercices", number: "Numéro", drill: "Lancer l’exercice", drilled: "17 sur 17 réussis",
  },
};
